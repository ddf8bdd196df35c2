using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Aspire.Hosting.Running;

/// <summary>
/// Every process is the leader of a session of its own: a Ctrl+C in the terminal reaches this process alone, which then
/// stops the others in order, and what a process leaves behind can be ended with its group.
/// </summary>
internal static class ProcessGroup
{
    private const int Kill = 9;
    private const int Terminate = 15;

    private static readonly string? Setsid = OnPath("setsid");

    /// <summary>The command, to be started as the leader of its own group where the system can.</summary>
    public static ProcessStartInfo Command(string file, IEnumerable<string> arguments)
    {
        // macOS has no setsid, but perl.
        string[] prefix = OperatingSystem.IsWindows() ? []
            : Setsid is not null ? [Setsid]
            : ["perl", "-e", "use POSIX; POSIX::setsid(); exec @ARGV", "--"];
        string[] line = [.. prefix, file, .. arguments];
        return new ProcessStartInfo(line[0], line.Skip(1)) { UseShellExecute = false };
    }

    /// <summary>Asks the process to stop.</summary>
    public static void Stop(Process process)
    {
        if (OperatingSystem.IsWindows())
        {
            process.Kill(entireProcessTree: true);
        }
        else
        {
            _ = Signal(process.Id, Terminate);
        }
    }

    /// <summary>Ends the process and all that is left of its group, at once.</summary>
    public static void End(Process process)
    {
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                _ = Signal(-process.Id, Kill);
            }
            else if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception)
        {
            // It ended by itself meanwhile.
        }
    }

    private static string? OnPath(string command)
        => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, command)).FirstOrDefault(File.Exists);

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int processId, int signal);
}
