using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;

namespace PilotHooks.AppHost;

/// <summary>What this machine can run servers with.</summary>
internal static class MachineServers
{
    private static readonly TimeSpan EngineTimeout = TimeSpan.FromSeconds(5);
    private static readonly string[] Engines = ["docker", "podman"];

    /// <summary>
    /// Whether containers can be run: an engine answers, and this build has Aspire's orchestrator, which alone starts them.
    /// Its SDK writes where that lies into the assembly.
    /// </summary>
    public static bool ContainerEngineAnswers()
        => typeof(MachineServers).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Any(metadata => string.Equals(metadata.Key, "dcpclipath", StringComparison.OrdinalIgnoreCase))
            && (Environment.GetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME") is { Length: > 0 } told ? [told] : Engines).Any(Answers);

    /// <summary>The native servers that are not installed, by name.</summary>
    public static IReadOnlyList<string> Missing()
    {
        var missing = new List<string>();
        Check("RabbitMQ", "rabbitmq-server", "/usr/lib/rabbitmq/bin", "/opt/rabbitmq/sbin", "/opt/homebrew/opt/rabbitmq/sbin", "/usr/local/opt/rabbitmq/sbin", "/usr/sbin");
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
            using var process = Process.Start(new ProcessStartInfo(engine, ["info", "--format", "{{.ID}}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
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
