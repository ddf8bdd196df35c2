using System.Diagnostics;

namespace Aspire.Hosting.Running;

/// <summary>
/// <c>dotnet run</c> passes signals on to the AppHost, but cannot when it is itself killed; its end is the AppHost's.
/// </summary>
internal static class ParentWatch
{
    public static async Task ParentGoneAsync(CancellationToken cancellationToken)
    {
        if (Parent() is not { } parent)
        {
            return;
        }

        using (parent)
        {
            await parent.WaitForExitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public static bool IsWatched() => Parent() is not null;

    /// <summary>The <c>dotnet run</c> that started this process; null if something else did.</summary>
    private static Process? Parent()
    {
        try
        {
            var stat = File.ReadAllText("/proc/self/stat");
            var id = int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
            var command = File.ReadAllText($"/proc/{id}/cmdline").Split('\0');
            return command.Length > 1 && Path.GetFileName(command[0]) == "dotnet" && command.Contains("run") ? Process.GetProcessById(id) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
