namespace PilotHooks.AppHost.LocalServers;

/// <summary>Where RabbitMQ, Redis and PostgreSQL come from.</summary>
internal enum ServerSource
{
    /// <summary>Containers when a container engine answers, else native servers.</summary>
    Auto,

    /// <summary>Containers.</summary>
    Containers,

    /// <summary>The servers installed on this machine, started with the AppHost.</summary>
    Native,

    /// <summary>Whatever the connection strings <c>broker</c>, <c>redis</c> and <c>postgres</c> name.</summary>
    External,
}

/// <summary>Decides where the servers come from.</summary>
internal static class ServerChoice
{
    public const string InstallCommand = "apt-get update && apt-get install -y rabbitmq-server redis-server postgresql";

    /// <summary>
    /// The source, and the line that says so; no source where the line says what is missing. The two questions are asked
    /// only where their answer counts.
    /// </summary>
    public static (ServerSource? Source, string Line) Of(ServerSource wanted, Func<bool> containerEngineAnswers, Func<IReadOnlyList<string>> missingServers)
    {
        switch (wanted)
        {
            case ServerSource.External:
                return (ServerSource.External, "Servers: external, as the connection strings say.");
            case ServerSource.Containers:
                return (ServerSource.Containers, "Servers: containers.");
            case ServerSource.Auto when containerEngineAnswers():
                return (ServerSource.Containers, "Servers: containers, since a container engine answers.");
            default:
                var missing = missingServers();
                var why = wanted == ServerSource.Auto ? ", since no container engine answers" : "";
                return missing.Count == 0
                    ? (ServerSource.Native, $"Servers: native{why}.")
                    : (null, $"Servers: native{why}, but {string.Join(" and ", missing)} {(missing.Count == 1 ? "is" : "are")} not installed. On Debian and Ubuntu: {InstallCommand}");
        }
    }
}
