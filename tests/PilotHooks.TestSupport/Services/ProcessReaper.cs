using System.Diagnostics;
using System.Globalization;

namespace PilotHooks.TestSupport.Services;

/// <summary>
/// Ends what a test process leaves when it is killed and can clean up nothing itself. A shell waits at the other end of
/// a pipe; when the pipe closes it kills what was told to it and not taken back.
/// </summary>
internal static class ProcessReaper
{
    private const string Script = """
        trap '' INT TERM HUP
        pids=' '
        while read -r verb what; do
          case $verb in
            process) pids="$pids$what " ;;
            gone) case $pids in *" $what "*) pids="${pids%% $what *} ${pids#* $what }" ;; esac ;;
          esac
        done
        for pid in $pids; do kill -KILL "$pid"; done
        """;

    private static readonly Lock Gate = new();
    private static StreamWriter? _shell;

    public static void Watch(Process process) => Tell("process", process.Id.ToString(CultureInfo.InvariantCulture));

    public static void Forget(Process process) => Tell("gone", process.Id.ToString(CultureInfo.InvariantCulture));

    private static void Tell(string verb, string what)
    {
        lock (Gate)
        {
            if (_shell is null)
            {
                var start = new ProcessStartInfo("sh") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
                start.ArgumentList.Add("-c");
                start.ArgumentList.Add(Script);
                _shell = Process.Start(start)!.StandardInput;
                _shell.AutoFlush = true;
            }

            _shell.WriteLine($"{verb} {what}");
        }
    }
}
