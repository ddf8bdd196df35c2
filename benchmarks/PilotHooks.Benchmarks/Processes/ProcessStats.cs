using System.Diagnostics;
using System.Globalization;

namespace PilotHooks.Benchmarks.Processes;

/// <summary>CPU time and memory of a process and everything below it, as the kernel counts them.</summary>
internal static class ProcessStats
{
    /// <summary>User and system time of a process and of its descendants; of this one, whose descendants are what it measures, alone.</summary>
    public static TimeSpan Cpu(int root)
    {
        if (root == Environment.ProcessId)
        {
            return Process.GetCurrentProcess().TotalProcessorTime;
        }

        var ticks = 0L;
        foreach (var (_, fields) in Tree(root))
        {
            ticks += long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        }

        // USER_HZ is 100 on every Linux that .NET runs on.
        return TimeSpan.FromMilliseconds(ticks * 10);
    }

    /// <summary>Resident bytes of one process.</summary>
    public static long Resident(int process)
        => long.Parse(File.ReadAllText($"/proc/{process}/statm").Split(' ')[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;

    /// <summary>The most that was ever resident of one process, in bytes.</summary>
    public static long PeakResident(int process)
        => long.Parse(File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;

    /// <summary>The process that listens on this local port; null if none is visible.</summary>
    public static int? Listening(int port)
    {
        var inodes = new[] { "/proc/net/tcp", "/proc/net/tcp6" }
            .SelectMany(file => File.ReadLines(file).Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[3] == "0A" && fields[1].EndsWith(":" + port.ToString("X4", CultureInfo.InvariantCulture), StringComparison.Ordinal))
            .Select(fields => $"socket:[{fields[9]}]")
            .ToHashSet();
        return Process.GetProcesses().OrderBy(process => process.Id).Select(process => process.Id).Cast<int?>().FirstOrDefault(id => Holds(id!.Value, inodes));
    }

    private static bool Holds(int process, HashSet<string> inodes)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{process}/fd").Any(file => File.ResolveLinkTarget(file, false)?.Name is { } name && inodes.Contains(name));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It ended meanwhile, or is another user's.
            return false;
        }
    }

    private static List<(int Id, string[] Fields)> Tree(int root)
    {
        var all = new Dictionary<int, string[]>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id))
            {
                try
                {
                    var stat = File.ReadAllText($"/proc/{id}/stat");
                    // After the name, which may hold spaces: state, parent, ...
                    all[id] = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                }
                catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
                {
                    // It ended meanwhile.
                }
            }
        }

        var tree = new List<(int, string[])>();
        for (var next = new Queue<int>([root]); next.TryDequeue(out var id);)
        {
            if (all.TryGetValue(id, out var fields))
            {
                tree.Add((id, fields));
                foreach (var child in all.Where(other => other.Value[1] == id.ToString(CultureInfo.InvariantCulture)))
                {
                    next.Enqueue(child.Key);
                }
            }
        }

        return tree;
    }
}
