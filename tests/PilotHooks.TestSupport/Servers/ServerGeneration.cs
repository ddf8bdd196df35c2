using System.Diagnostics;

namespace PilotHooks.TestSupport.Servers;

/// <summary>
/// Which generation of native servers the tests start: those of this machine, or with PILOTHOOKS_TEST_SERVERS=debian13
/// those of a Debian 13 in a folder of its own, entered by chroot.
/// </summary>
internal static class ServerGeneration
{
    private const string Variable = "PILOTHOOKS_TEST_SERVERS";
    private const string Debian13 = "/var/cache/pilothooks/debian13";

    private static readonly Lock Copying = new();

    /// <summary>The folder of that Debian; null where the servers are this machine's.</summary>
    public static string? Root { get; } = Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" => null,
        "debian13" => Directory.Exists(Debian13) ? Debian13 : throw new DirectoryNotFoundException($"{Debian13} is not there; ./test.sh installs it."),
        var other => throw new InvalidOperationException($"{Variable} is {other}; there is only debian13."),
    };

    /// <summary>Where servers may keep their data.</summary>
    public static string TempFolder => Root is null ? Path.GetTempPath() : Path.Combine(Root, "tmp");

    /// <summary>A path of this machine as the servers see it.</summary>
    public static string PathInside(string path) => Root is null ? path : path[Root.Length..];

    /// <summary>A script as the servers' shell finds it: where that is another system, a copy with those beside it.</summary>
    public static string Script(string path, string folder)
    {
        if (Root is null)
        {
            return path;
        }

        lock (Copying)
        {
            foreach (var file in Directory.GetFiles(Path.GetDirectoryName(path)!, "*.sh"))
            {
                // Never over one that a shell is still reading.
                if (Path.Combine(folder, Path.GetFileName(file)) is var copy && !File.Exists(copy))
                {
                    File.Copy(file, copy);
                }
            }
        }

        return PathInside(Path.Combine(folder, Path.GetFileName(path)));
    }

    /// <summary>What the shell and its arguments are to be appended to.</summary>
    public static ProcessStartInfo Command()
        => Root is null ? new ProcessStartInfo("/usr/bin/env") : new ProcessStartInfo("chroot", [Root]);
}
