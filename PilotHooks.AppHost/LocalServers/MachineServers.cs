using System.ComponentModel;
using System.Diagnostics;

namespace PilotHooks.AppHost.LocalServers;

/// <summary>What this machine can run servers with.</summary>
internal static class MachineServers
{
    private static readonly TimeSpan EngineTimeout = TimeSpan.FromSeconds(5);
    private static readonly string[] Engines = ["docker", "podman"];

    /// <summary>Whether a container engine answers: the one that Aspire is told to use, else any.</summary>
    public static bool ContainerEngineAnswers()
        => (Environment.GetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME") is { Length: > 0 } told ? [told] : Engines).Any(Answers);

    /// <summary>The native servers that are not installed, by name.</summary>
    public static IReadOnlyList<string> Missing()
    {
        var missing = new List<string>();
        Check("RabbitMQ", "rabbitmq-server", "/usr/lib/rabbitmq/bin", "/opt/rabbitmq/sbin", "/opt/homebrew/opt/rabbitmq/sbin",
            "/usr/local/opt/rabbitmq/sbin", "/usr/sbin");
        Check("Redis", "redis-server", "/usr/bin");
        Check("PostgreSQL", "initdb", [.. Versions("/usr/lib/postgresql", "bin"), .. Versions("/usr", "bin", "pgsql-*")]);
        return missing;

        void Check(string name, string program, params string[] folders)
        {
            var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
            if (!path.Concat(folders).Any(folder => File.Exists(Path.Combine(folder, program))))
            {
                missing.Add(name);
            }
        }
    }

    private static IEnumerable<string> Versions(string folder, string below, string pattern = "*")
        => Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, pattern).Select(version => Path.Combine(version, below)) : [];

    private static bool Answers(string engine)
    {
        try
        {
            // One short line of output or error at most: no pipe fills.
            using var process = Process.Start(new ProcessStartInfo(engine, ["info", "--format", "{{.ID}}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            if (process.WaitForExit(EngineTimeout))
            {
                return process.ExitCode == 0;
            }

            process.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
