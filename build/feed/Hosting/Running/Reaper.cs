using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Running;

/// <summary>
/// A shell that outlives a killed AppHost for a moment: it holds the end of a pipe, is told of every process group, and
/// ends them all when the pipe closes without its dismissal.
/// </summary>
internal sealed class Reaper : IDisposable
{
    private const string Script = """
        trap '' INT TERM HUP
        groups=
        while read -r group; do
          [ "$group" != done ] || exit 0
          groups="$group $groups"
        done
        for group in $groups; do kill -TERM "-$group" 2>/dev/null; done
        left=100
        for group in $groups; do
          while kill -0 "-$group" 2>/dev/null && [ "$left" -gt 0 ]; do sleep 0.1; left=$((left - 1)); done
        done
        for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
        """;

    private readonly Process? _shell;

    private Reaper(Process? shell) => _shell = shell;

    public static Reaper Start()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            return new Reaper(null);
        }

        var start = new ProcessStartInfo("/bin/sh") { ArgumentList = { "-c", Script }, RedirectStandardInput = true };
        return new Reaper(Process.Start(start));
    }

    /// <summary>From now on this process, and what it starts, does not outlive the AppHost.</summary>
    public void Watch(int processGroup)
    {
        lock (this)
        {
            _shell?.StandardInput.WriteLine(processGroup.ToString(CultureInfo.InvariantCulture));
            _shell?.StandardInput.Flush();
        }
    }

    /// <summary>Everything ended in good order.</summary>
    public void Dismiss()
    {
        lock (this)
        {
            _shell?.StandardInput.WriteLine("done");
            _shell?.StandardInput.Flush();
        }
    }

    public void Dispose()
    {
        _shell?.StandardInput.Dispose();
        _shell?.WaitForExit(TimeSpan.FromSeconds(15));
        _shell?.Dispose();
    }
}

/// <summary>Signals, which .NET cannot send.</summary>
internal static class Signals
{
    private const int Terminate = 15;
    private const int KillAtOnce = 9;

    public static void AskToEnd(int processGroup) => _ = Kill(-processGroup, Terminate);

    public static void End(int processGroup) => _ = Kill(-processGroup, KillAtOnce);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Kill(int processId, int signal);
}
