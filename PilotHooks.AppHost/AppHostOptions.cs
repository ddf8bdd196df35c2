using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace PilotHooks.AppHost;

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

/// <summary>
/// The options of a run. Each may be given on the command line, in configuration or in the environment (<c>__</c> for
/// <c>:</c>) under the same name.
/// </summary>
internal sealed class AppHostOptions
{
    private const string Help = """
        Options:
          --servers auto|containers|native|external   where RabbitMQ, Redis and PostgreSQL come from (auto);
                                                      external reads ConnectionStrings:broker, :redis and :postgres
          --data FOLDER                               where native servers and made secrets are kept (artifacts/servers)
          --scale:SERVICE N                           replicas of ingress, messaging, numbers or calls (1)
          --ports:ingress N                           5100
          --ports:console N                           5200
          --ports:simulator N                         5300
          --simulator on|off                          the living sample business (on)
          --Parameters:api-key KEY                    the first tenant key (made on the first run and kept)
          --Parameters:platform-secret SECRETS        secrets of the source "platform", comma-separated (made and kept)
          --Parameters:provider-url URL               where messages are sent (the simulator)
          --Parameters:provider-key KEY               the key for it
          --allow-private-endpoints true|false        whether events may be relayed to private addresses (true in a local run)
        """;

    private static readonly string[] Scalable = ["ingress", "messaging", "numbers", "calls"];

    private static readonly string[] Names =
    [
        "servers", "data", "simulator", "allow-private-endpoints",
        "ports:ingress", "ports:console", "ports:simulator",
        "Parameters:api-key", "Parameters:platform-secret", "Parameters:gateway-token", "Parameters:provider-url", "Parameters:provider-key",
        .. Scalable.Select(service => $"scale:{service}"),
    ];

    // Aspire's own, and .NET's.
    private static readonly string[] ForeignNames =
    [
        "operation", "publisher", "step", "output-path", "log-level", "include-exception-details", "environment", "clear-cache", "deploy",
        "resource", "start-resource", "command", "workdir", "dcp-cli-path", "dcp-container-runtime", "dcp-dependency-check-timeout", "dcp-dashboard-path",
        "contentRoot", "applicationName", "publish-target",
    ];

    private static readonly string[] ForeignSections = ["ConnectionStrings:", "Logging:", "AppHost:", "Publishing:", "Pipeline:", "DcpPublisher:", "Dashboard:", "ASPIRE_", "ASPNETCORE_", "DOTNET_", "OTEL_"];

    private readonly Dictionary<string, int> _scale = [];

    public ServerSource Servers { get; private init; }

    /// <summary>An absolute path.</summary>
    public required string Data { get; init; }

    public int IngressPort { get; private init; }

    public int ConsolePort { get; private init; }

    public int SimulatorPort { get; private init; }

    public bool Simulator { get; private init; }

    /// <summary>Whether the address of a real provider is given.</summary>
    public bool HasProvider { get; private init; }

    public bool AllowPrivateEndpoints { get; private init; }

    /// <summary>What is wrong with a value, and which there are; null if nothing is.</summary>
    public string? Refusal { get; private set; }

    public int Scale(string service) => _scale[service];

    /// <summary>Names an argument that is no option, with those that exist; null if there is none.</summary>
    public static string? Refuse(string[] args)
    {
        for (var index = 0; index < args.Length; index++)
        {
            var name = args[index].TrimStart('-', '/').Split('=', 2)[0];
            if (!args[index].StartsWith('-') || !IsKnown(name))
            {
                return $"Unknown option: {args[index].Split('=', 2)[0]}{Environment.NewLine}{Help}";
            }

            if (args[index].Contains('=', StringComparison.Ordinal))
            {
                continue;
            }

            if (index + 1 == args.Length || args[index + 1].StartsWith("--", StringComparison.Ordinal))
            {
                return $"The option {args[index]} needs a value.{Environment.NewLine}{Help}";
            }

            index++;
        }

        return null;
    }

    public static AppHostOptions Read(IConfiguration configuration, bool isPublished)
    {
        var values = new Values(configuration);
        var options = new AppHostOptions
        {
            Servers = values.Choice("servers", ServerSource.Auto),
            Data = Path.GetFullPath(configuration["data"] is { Length: > 0 } data ? data : Path.Combine(RepositoryRoot(), "artifacts", "servers")),
            IngressPort = values.Number("ports:ingress", 5100, 65535),
            ConsolePort = values.Number("ports:console", 5200, 65535),
            SimulatorPort = values.Number("ports:simulator", 5300, 65535),
            Simulator = values.Switch("simulator", "on", "off", true) && !isPublished,
            HasProvider = configuration["Parameters:provider-url"] is { Length: > 0 },
            AllowPrivateEndpoints = values.Switch("allow-private-endpoints", "true", "false", !isPublished),
        };
        foreach (var service in Scalable)
        {
            options._scale[service] = values.Number($"scale:{service}", 1, 64);
        }

        options.Refusal = values.Refusal is null ? null : $"{values.Refusal}{Environment.NewLine}{Help}";
        return options;
    }

    private static bool IsKnown(string name)
        => Names.Contains(name, StringComparer.OrdinalIgnoreCase)
            || ForeignNames.Contains(name, StringComparer.OrdinalIgnoreCase)
            || ForeignSections.Any(section => name.StartsWith(section, StringComparison.OrdinalIgnoreCase));

    /// <summary>The folder of the solution, above wherever the AppHost was built to.</summary>
    private static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "PilotHooks.sln")))
            {
                return folder.FullName;
            }
        }

        return Directory.GetCurrentDirectory();
    }

    private sealed class Values(IConfiguration configuration)
    {
        public string? Refusal { get; private set; }

        public T Choice<T>(string name, T fallback)
            where T : struct, Enum
        {
            if (configuration[name] is not { Length: > 0 } text)
            {
                return fallback;
            }

            if (!int.TryParse(text, CultureInfo.InvariantCulture, out _) && Enum.TryParse<T>(text, ignoreCase: true, out var value))
            {
                return value;
            }

            Refusal ??= $"--{name} {text}: there are {string.Join(", ", Enum.GetNames<T>().Select(value => value.ToLowerInvariant()))}.";
            return fallback;
        }

        public int Number(string name, int fallback, int max)
        {
            if (configuration[name] is not { Length: > 0 } text)
            {
                return fallback;
            }

            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= max)
            {
                return value;
            }

            Refusal ??= $"--{name} {text}: a whole number from 1 to {max}.";
            return fallback;
        }

        public bool Switch(string name, string on, string off, bool fallback)
        {
            if (configuration[name] is not { Length: > 0 } text)
            {
                return fallback;
            }

            if (!text.Equals(on, StringComparison.OrdinalIgnoreCase) && !text.Equals(off, StringComparison.OrdinalIgnoreCase))
            {
                Refusal ??= $"--{name} {text}: there are {on} and {off}.";
            }

            return text.Equals(on, StringComparison.OrdinalIgnoreCase);
        }
    }
}
