using System.Diagnostics;
using System.Globalization;
using PilotHooks.TestSupport.Servers;

namespace PilotHooks.TestSupport;

/// <summary>
/// Folders of this test process, below one that is named by it. What test processes that were killed have left is deleted.
/// </summary>
public static class TestFolders
{
    private const UnixFileMode Enterable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly Lazy<string> Root = new(MakeRoot);
    private static int _made;

    /// <summary>The path of a folder of the caller's own, which is not there yet.</summary>
    public static string Make(string name)
        => Path.Combine(Root.Value, string.Create(CultureInfo.InvariantCulture, $"{name}-{Interlocked.Increment(ref _made)}"));

    /// <summary>Deletes what can be deleted.</summary>
    public static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A server's last file is still being written, or the folder is another user's: the next run sweeps it away.
        }
    }

    private static string MakeRoot()
    {
        var prefix = Path.Combine(ServerGeneration.TempFolder, "pilothooks-tests-");
        foreach (var folder in Directory.GetDirectories(ServerGeneration.TempFolder, "pilothooks-tests-*"))
        {
            if (int.TryParse(folder.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && !Process.GetProcesses().Any(process => process.Id == id))
            {
                Delete(folder);
            }
        }

        var root = prefix + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        // PostgreSQL runs as another user where the tests run as root.
        Directory.CreateDirectory(root);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(root, Enterable);
        }

        AppDomain.CurrentDomain.ProcessExit += (_, _) => Delete(root);
        return root;
    }
}
