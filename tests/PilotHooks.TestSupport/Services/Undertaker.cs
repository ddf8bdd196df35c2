using System.Diagnostics;
using System.Globalization;

namespace PilotHooks.TestSupport.Services;

/// <summary>
/// Ends what a test process leaves when it is killed and can clean up nothing itself. A shell waits at the other end of
/// a pipe; when the pipe closes it kills what was told to it and not taken back.
/// </summary>
internal static class Undertaker
{
    private const string Script = """
        trap '' INT TERM HUP
        pids=' ' containers=' '
        while read -r verb what; do
          case $verb in
            process) pids="$pids$what " ;;
            container) containers="$containers$what " ;;
            gone)
              case $pids in *" $what "*) pids="${pids%% $what *} ${pids#* $what }" ;; esac
              case $containers in *" $what "*) containers="${containers%% $what *} ${containers#* $what }" ;; esac ;;
          esac
        done
        for pid in $pids; do kill -KILL "$pid"; done
        for container in $containers; do "${container%%/*}" rm -f -v "${container#*/}"; done
        """;

    private static readonly Lock Gate = new();
    private static StreamWriter? _shell;

    public static void Watch(Process process) => Tell("process", process.Id.ToString(CultureInfo.InvariantCulture));

    public static void WatchContainer(string engine, string name) => Tell("container", $"{engine}/{name}");

    public static void Forget(Process process) => Tell("gone", process.Id.ToString(CultureInfo.InvariantCulture));

    public static void ForgetContainer(string engine, string name) => Tell("gone", $"{engine}/{name}");

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
