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
    /// <summary>All options, for whoever asks or gave one that is not there.</summary>
    public const string Help = """
        Options:
          --servers auto|containers|native|external   where RabbitMQ, Redis and PostgreSQL come from (auto);
                                                      external reads ConnectionStrings:broker, :redis and :postgres
          --data FOLDER                               where native servers and made secrets are kept (artifacts/servers)
          --scale:SERVICE N                           replicas of ingress, messaging, numbers, calls or relay (1)
          --ports:ingress N                           5100
          --ports:console N                           5200
          --ports:simulator N                         5300
          --simulator on|off                          the living sample business (on)
          --Parameters:api-key KEY                    the first tenant key (made on the first run and kept)
          --Parameters:platform-secret SECRETS        secrets of the source "platform", comma-separated (made and kept)
          --Parameters:provider-url URL               where messages are sent (the simulator)
          --Parameters:provider-key KEY               the key for it
          --ConnectionStrings:broker|redis|postgres S the servers of --servers external
          --allow-private-endpoints true|false        whether events may be relayed to private addresses (true in a local run)
        In the environment: the same names, with __ for a colon. Aspire's own options are passed on to it.
        """;

    private static readonly string[] Scalable = ["ingress", "messaging", "numbers", "calls", "relay"];

    private static readonly string[] Names =
    [
        "servers", "data", "simulator", "allow-private-endpoints",
        "ports:ingress", "ports:console", "ports:simulator",
        "Parameters:api-key", "Parameters:platform-secret", "Parameters:gateway-token", "Parameters:provider-url", "Parameters:provider-key",
        "ConnectionStrings:broker", "ConnectionStrings:redis", "ConnectionStrings:postgres",
        .. Scalable.Select(service => $"scale:{service}"),
    ];

    // Aspire's own, and .NET's.
    private static readonly string[] ForeignNames =
    [
        "operation", "publisher", "step", "output-path", "log-level", "include-exception-details", "environment", "clear-cache", "deploy",
        "resource", "start-resource", "command", "workdir", "dcp-cli-path", "dcp-container-runtime", "dcp-dependency-check-timeout", "dcp-dashboard-path",
        "contentRoot", "applicationName",
    ];

    private static readonly string[] ForeignSections = ["Logging:", "AppHost:", "Publishing:", "Pipeline:", "DcpPublisher:", "Dashboard:", "ASPIRE_", "ASPNETCORE_", "DOTNET_", "OTEL_"];

    private readonly Dictionary<string, int> _scale = [];

    public ServerSource Servers { get; private init; }

    /// <summary>An absolute path.</summary>
    public required string Data { get; init; }

    /// <summary>Of what is published, its platform decides the ports.</summary>
    public int IngressPort { get; private init; }

    public int ConsolePort { get; private init; }

    public int SimulatorPort { get; private init; }

    public bool Simulator { get; private init; }

    /// <summary>The real provider's address; null: there is none, and a local run has the simulator.</summary>
    public string? ProviderUrl { get; private init; }

    /// <summary>Our key there.</summary>
    public string? ProviderKey { get; private init; }

    /// <summary>Whether events may be relayed to loopback and private addresses.</summary>
    public bool AllowPrivateEndpoints { get; private init; }

    /// <summary>What is wrong with a value, and which there are; null if nothing is.</summary>
    public string? Refusal { get; private set; }

    public int Scale(string service) => _scale[service];

    /// <summary>Names an argument that is no option, with those that exist; null if there is none.</summary>
    public static string? Refuse(string[] args)
    {
        for (var index = 0; index < args.Length; index++)
        {
            // Configuration drops what has one dash or none without a word.
            if (!args[index].StartsWith("--", StringComparison.Ordinal) || !IsKnown(args[index][2..].Split('=', 2)[0]))
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
        var values = new OptionValues(configuration);
        var options = new AppHostOptions
        {
            Servers = values.Choice("servers", ServerSource.Auto),
            Data = Path.GetFullPath(values.Text("data") ?? Path.Combine("artifacts", "servers"), RepositoryRoot()),
            IngressPort = values.Number("ports:ingress", 5100, 65535),
            ConsolePort = values.Number("ports:console", 5200, 65535),
            SimulatorPort = values.Number("ports:simulator", 5300, 65535),
            Simulator = values.Switch("simulator", "on", "off", true) && !isPublished,
            ProviderUrl = values.Text("Parameters:provider-url"),
            ProviderKey = values.Text("Parameters:provider-key"),
            AllowPrivateEndpoints = values.Switch("allow-private-endpoints", "true", "false", !isPublished),
        };
        foreach (var service in Scalable)
        {
            options._scale[service] = values.Number($"scale:{service}", 1, 64);
        }

        options.CheckTogether(values, configuration, isPublished);
        options.Refusal = values.Refusal is null ? null : $"{values.Refusal}{Environment.NewLine}{Help}";
        return options;
    }

    /// <summary>What no value shows alone.</summary>
    private void CheckTogether(OptionValues values, IConfiguration configuration, bool isPublished)
    {
        foreach (var section in new[] { "scale", "ports" })
        {
            var unknown = configuration.GetSection(section).GetChildren().FirstOrDefault(child => !IsKnown(child.Path));
            values.Refuse(unknown is not null, $"Unknown option: {section}:{unknown?.Key}");
        }

        int[] ports = Simulator ? [IngressPort, ConsolePort, SimulatorPort] : [IngressPort, ConsolePort];
        values.Refuse(ports.Distinct().Count() < ports.Length, "Two of --ports:* are the same.");
        values.Refuse(isPublished && Servers == ServerSource.Native, "--servers native is for a run on this machine; what is published has containers or external servers.");
        if (isPublished)
        {
            // Whoever deploys it gives the rest.
            return;
        }

        var missing = new[] { "broker", "redis", "postgres" }.Where(name => string.IsNullOrWhiteSpace(configuration.GetConnectionString(name))).ToList();
        values.Refuse(Servers == ServerSource.External && missing.Count > 0, $"--servers external needs {string.Join(" and ", missing.Select(name => $"--ConnectionStrings:{name}"))}.");
        values.Refuse(
            ProviderUrl is not null && !(Uri.TryCreate(ProviderUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"),
            $"--Parameters:provider-url {ProviderUrl}: an absolute http or https address.");
        values.Refuse(ProviderUrl is not null && ProviderKey is null, "--Parameters:provider-url needs --Parameters:provider-key.");
        values.Refuse(values.Text("Parameters:api-key") is { Length: < 8 }, "--Parameters:api-key: at least 8 characters.");
        values.Refuse(
            values.Text("Parameters:platform-secret")?.Split(',').Any(string.IsNullOrWhiteSpace) == true,
            "--Parameters:platform-secret: one secret, or several with a comma between; one of them is empty.");
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
}
