using Microsoft.Extensions.Configuration;
using PilotHooks.AppHost.LocalServers;

namespace PilotHooks.AppHost;

/// <summary>
/// The options of a run. Each may be given on the command line, in configuration or in the environment (<c>__</c> for
/// <c>:</c>) under the same name. Whatever else is given is Aspire's.
/// </summary>
internal sealed class AppHostOptions
{
    /// <summary>All options, for whoever asks or gave one a wrong value.</summary>
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
        In the environment: the same names, with __ for a colon. All other options are Aspire's.
        """;

    private static readonly string[] Scalable = ["ingress", "messaging", "numbers", "calls", "relay"];
    private static readonly string[] Ports = ["ingress", "console", "simulator"];
    private static readonly string[] ServerNames = ["broker", "redis", "postgres"];

    private readonly Dictionary<string, int> _scale = [];

    public ServerSource Servers { get; private init; }

    /// <summary>An absolute path.</summary>
    public required string Data { get; init; }

    public int IngressPort { get; private init; }

    public int ConsolePort { get; private init; }

    public int SimulatorPort { get; private init; }

    public bool Simulator { get; private init; }

    /// <summary>Whether messages go to a real provider instead of the simulator.</summary>
    public bool HasProvider { get; private init; }

    /// <summary>Whether events may be relayed to loopback and private addresses.</summary>
    public bool AllowPrivateEndpoints { get; private init; }

    /// <summary>What is wrong with a value, and which there are; null if nothing is.</summary>
    public string? Refusal { get; private set; }

    public int Scale(string service) => _scale[service];

    /// <summary>Says which option of ours stands without its value, which configuration would drop without a word; null if none does.</summary>
    public static string? FindMissingValue(string[] args)
    {
        for (var index = 0; index < args.Length; index++)
        {
            var name = args[index].StartsWith("--", StringComparison.Ordinal) ? args[index][2..] : "";
            var isOurs = name is "servers" or "data" or "simulator" or "allow-private-endpoints"
                || name.StartsWith("scale:", StringComparison.Ordinal) || name.StartsWith("ports:", StringComparison.Ordinal);
            if (isOurs && !name.Contains('=', StringComparison.Ordinal) && (index + 1 == args.Length || args[index + 1].StartsWith("--", StringComparison.Ordinal)))
            {
                return $"--{name} needs a value.{Environment.NewLine}{Help}";
            }
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
            HasProvider = isPublished || values.Text("Parameters:provider-url") is not null,
            AllowPrivateEndpoints = values.Switch("allow-private-endpoints", "true", "false", !isPublished),
        };
        foreach (var service in Scalable)
        {
            options._scale[service] = values.Number($"scale:{service}", 1, 64);
        }

        values.RefuseUnknown("scale", Scalable);
        values.RefuseUnknown("ports", Ports);
        options.CheckTogether(values, configuration, isPublished);
        options.Refusal = values.Refusal is null ? null : $"{values.Refusal}{Environment.NewLine}{Help}";
        return options;
    }

    /// <summary>Checks what no value shows alone.</summary>
    private void CheckTogether(OptionValues values, IConfiguration configuration, bool isPublished)
    {
        int[] ports = Simulator ? [IngressPort, ConsolePort, SimulatorPort] : [IngressPort, ConsolePort];
        values.Refuse(ports.Distinct().Count() < ports.Length, "Two of --ports:* are the same.");
        values.Refuse(isPublished && Servers == ServerSource.Native, "--servers native is for a run on this machine; what is published has containers or external servers.");
        if (isPublished)
        {
            // Whoever deploys it gives the rest.
            return;
        }

        var missing = ServerNames.Where(name => string.IsNullOrWhiteSpace(configuration.GetConnectionString(name))).ToList();
        values.Refuse(Servers == ServerSource.External && missing.Count > 0, $"--servers external needs {string.Join(" and ", missing.Select(name => $"--ConnectionStrings:{name}"))}.");
        var url = values.Text("Parameters:provider-url");
        values.Refuse(
            url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"),
            $"--Parameters:provider-url {url}: an absolute http or https address.");
        values.Refuse(url is not null && values.Text("Parameters:provider-key") is null, "--Parameters:provider-url needs --Parameters:provider-key.");
        values.Refuse(values.Text("Parameters:api-key") is { Length: < 8 }, "--Parameters:api-key: at least 8 characters.");
        values.Refuse(
            values.Text("Parameters:platform-secret")?.Split(',').Any(string.IsNullOrWhiteSpace) == true,
            "--Parameters:platform-secret: one secret, or several with a comma between; one of them is empty.");
    }

    /// <summary>The folder of the solution, above wherever the AppHost was built to.</summary>
    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PilotHooks.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? Directory.GetCurrentDirectory();
    }
}
