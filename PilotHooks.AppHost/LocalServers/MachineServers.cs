using System.ComponentModel;
using System.Diagnostics;

namespace PilotHooks.AppHost.LocalServers;

/// <summary>
/// Where RabbitMQ, Redis and PostgreSQL come from: containers, the servers installed on this machine, or whatever the
/// connection strings name; by itself containers if an engine answers, else this machine.
/// </summary>
internal enum ServerSource { Auto, Containers, Native, External }

/// <summary>Finds out what this machine can run servers with.</summary>
internal static class MachineServers
{
    public const string InstallCommand = "apt-get update && apt-get install -y rabbitmq-server redis-server postgresql";

    private static readonly TimeSpan EngineTimeout = TimeSpan.FromSeconds(5);
    private static readonly string[] Engines = ["docker", "podman"];

    /// <summary>
    /// The source, and the line that says so; no source where the line says what is missing. The two questions are asked
    /// only where their answer counts.
    /// </summary>
    public static (ServerSource? Source, string Line) Choose(ServerSource wanted, Func<bool> containerEngineAnswers, Func<IReadOnlyList<string>> missingServers)
    {
        var why = wanted == ServerSource.Auto ? ", since no container engine answers" : "";
        return wanted switch
        {
            ServerSource.External => (wanted, "Servers: external, as the connection strings say."),
            ServerSource.Containers => (wanted, "Servers: containers."),
            ServerSource.Auto when containerEngineAnswers() => (ServerSource.Containers, "Servers: containers, since a container engine answers."),
            _ when missingServers() is { Count: > 0 } missing => (null,
                $"Servers: native{why}, but {string.Join(" and ", missing)} {(missing.Count == 1 ? "is" : "are")} not installed. On Debian and Ubuntu: {InstallCommand}"),
            _ => (ServerSource.Native, $"Servers: native{why}."),
        };
    }

    /// <summary>Whether a container engine answers: the one that Aspire is told to use, else any.</summary>
    public static bool ContainerEngineAnswers()
        => (Environment.GetEnvironmentVariable("ASPIRE_CONTAINER_RUNTIME") is { Length: > 0 } told ? [told] : Engines).Any(Answers);

    /// <summary>The native servers that are not installed, by name.</summary>
    public static IReadOnlyList<string> Missing()
    {
        (string Name, string Program, string[] Folders)[] servers =
        [
            ("RabbitMQ", "rabbitmq-server", ["/usr/lib/rabbitmq/bin", "/opt/rabbitmq/sbin", "/opt/homebrew/opt/rabbitmq/sbin", "/usr/local/opt/rabbitmq/sbin", "/usr/sbin"]),
            ("Redis", "redis-server", ["/usr/bin"]),
            ("PostgreSQL", "initdb", [.. Versions("/usr/lib/postgresql"), .. Versions("/usr", "pgsql-*")]),
        ];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return [.. servers.Where(server => !path.Concat(server.Folders).Any(folder => File.Exists(Path.Combine(folder, server.Program)))).Select(server => server.Name)];
    }

    private static IEnumerable<string> Versions(string folder, string pattern = "*")
        => Directory.Exists(folder) ? Directory.EnumerateDirectories(folder, pattern).Select(version => Path.Combine(version, "bin")) : [];

    private static bool Answers(string engine)
    {
        try
        {
            // It writes a line at most, which no pipe is too short for.
            using var process = Process.Start(new ProcessStartInfo(engine, ["info", "--format", "{{.ID}}"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            if (process.WaitForExit(EngineTimeout))
            {
                return process.ExitCode == 0;
            }

            process.Kill(entireProcessTree: true);
        }
        catch (Win32Exception)
        {
            // Not installed.
        }

        return false;
    }
}
