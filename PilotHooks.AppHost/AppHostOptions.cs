using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using PilotHooks.AppHost.LocalServers;

namespace PilotHooks.AppHost;

/// <summary>
/// The options of a run. Each may be given on the command line, in configuration or in the environment (<c>__</c> for
/// <c>:</c>) under the same name. Whatever else is given is Aspire's.
/// </summary>
internal sealed partial class AppHostOptions
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
          --Parameters:api-key KEY                    the first tenant key, or several with commas (made and kept)
          --Parameters:platform-secret SECRETS        secrets of the source "platform", comma-separated (made and kept)
          --whatsapp-authentication none|query-token  how the source "whatsapp" knows its provider (none in a local run;
                                                      published: query-token, and whoever wants it open says none)
          --Parameters:whatsapp-token TOKEN           the token of query-token (made and kept)
          --Parameters:provider-url URL               where messages are sent (the simulator)
          --Parameters:provider-key KEY               the key for it
          --ConnectionStrings:broker|redis|postgres S the servers of --servers external
          --allow-private-endpoints true|false        whether events may be relayed to private addresses (true in a local run)
        In the environment: the same names, with __ for a colon. All other options are Aspire's.
        """;

    private const int MinSecretBytes = 16;
    private static readonly string[] Scalable = ["ingress", "messaging", "numbers", "calls", "relay"];
    private static readonly Dictionary<string, int> DefaultPorts = new() { ["ingress"] = 5100, ["console"] = 5200, ["simulator"] = 5300 };
    private static readonly string[] ServerNames = ["broker", "redis", "postgres"];

    private readonly IConfiguration _configuration;
    private readonly Dictionary<string, int> _scale;
    private readonly Dictionary<string, int> _ports;

    public AppHostOptions(IConfiguration configuration, string root, bool isPublished)
    {
        _configuration = configuration;
        Servers = Enum.Parse<ServerSource>(Choice("servers", "auto", "containers", "native", "external"), ignoreCase: true);
        Data = Path.GetFullPath(Text("data") ?? Path.Combine("artifacts", "servers"), root);
        _ports = DefaultPorts.ToDictionary(port => port.Key, port => Number($"ports:{port.Key}", port.Value, 65535));
        Simulator = Choice("simulator", "on", "off") == "on" && !isPublished;
        AllowPrivateEndpoints = (isPublished ? Choice("allow-private-endpoints", "false", "true") : Choice("allow-private-endpoints", "true", "false")) == "true";
        WhatsappAuthentication = ReadWhatsappAuthentication(isPublished);
        HasProvider = isPublished || Text("Parameters:provider-url") is not null;
        _scale = Scalable.ToDictionary(service => service, service => Number($"scale:{service}", 1, 64));
        RefuseUnknown("scale", Scalable);
        RefuseUnknown("ports", [.. DefaultPorts.Keys]);
        CheckTogether(isPublished);
    }

    public ServerSource Servers { get; }

    /// <summary>An absolute path.</summary>
    public string Data { get; }

    public bool Simulator { get; }

    /// <summary>Whether messages go to a real provider instead of the simulator.</summary>
    public bool HasProvider { get; }

    /// <summary>Whether events may be relayed to loopback and private addresses.</summary>
    public bool AllowPrivateEndpoints { get; }

    /// <summary>How the source <c>whatsapp</c> knows its provider, which documents no proof of its own; null where the ingress is told otherwise.</summary>
    public string? WhatsappAuthentication { get; }

    /// <summary>The first thing that is wrong, and which values there are; null if nothing is.</summary>
    public string? Refusal { get; private set; }

    public int Scale(string service) => _scale[service];

    public int Port(string service) => _ports[service];

    /// <summary>Says which option of ours stands without its value, which configuration would drop without a word; null if none does.</summary>
    public static string? FindMissingValue(string[] args)
        => args.Where((arg, index) => OurOption().IsMatch(arg) && (arg[^1] == '=' || index + 1 == args.Length || args[index + 1].StartsWith("--", StringComparison.Ordinal)))
            .Select(arg => $"{arg} needs a value.{Environment.NewLine}{Help}").FirstOrDefault();

    /// <summary>Checks what no value shows alone.</summary>
    private void CheckTogether(bool isPublished)
    {
        var ports = _ports.Where(port => Simulator || port.Key != "simulator").Select(port => port.Value).ToArray();
        Refuse(ports.Distinct().Count() < ports.Length, "Two of --ports:* are the same.");
        Refuse(isPublished && Servers == ServerSource.Native, "--servers native is for a run on this machine; what is published has containers or external servers.");
        if (isPublished)
        {
            return; // Whoever deploys it gives the rest.
        }

        var missing = ServerNames.Where(name => string.IsNullOrWhiteSpace(_configuration.GetConnectionString(name))).Select(name => $"--ConnectionStrings:{name}");
        Refuse(Servers == ServerSource.External && missing.Any(), $"--servers external needs {string.Join(" and ", missing)}.");
        var url = Text("Parameters:provider-url");
        var isAddress = url is null || (Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https");
        Refuse(!isAddress, $"--Parameters:provider-url {url}: an absolute http or https address.");
        Refuse(url is not null && Text("Parameters:provider-key") is null, "--Parameters:provider-url needs --Parameters:provider-key.");
        var hasShortKey = Text("Parameters:api-key")?.Split(',').Any(key => key.Replace("ps_", "", StringComparison.Ordinal).Trim().Length < 16) == true;
        Refuse(hasShortKey, "--Parameters:api-key: at least 16 characters after ps_, or several such keys with commas between.");
        RefuseShortSecrets("Parameters:platform-secret");
        RefuseShortSecrets("Parameters:whatsapp-token");
    }

    /// <summary>A local run leaves the source to the environment that it shares with the ingress, where that says anything of its proof.</summary>
    private string? ReadWhatsappAuthentication(bool isPublished)
    {
        const string option = "whatsapp-authentication";
        var word = isPublished ? Choice(option, "query-token", "none") : Choice(option, "none", "query-token");
        var source = _configuration.GetSection("Sources:whatsapp");
        var isConfigured = !isPublished && Text(option) is null && (source.GetSection("Authentication").Exists() || source.GetSection("Secrets").Exists());
        return isConfigured ? null : word;
    }

    /// <summary>The ingress refuses them, and so would never get ready.</summary>
    private void RefuseShortSecrets(string name)
        => Refuse(Text(name)?.Split(',').Any(secret => Encoding.UTF8.GetByteCount(secret.Trim()) < MinSecretBytes) == true, $"--{name}: at least {MinSecretBytes} bytes, or several such with commas between.");

    /// <summary>Null where it is absent or empty. Most shells take no hyphen in a name: an underscore stands for it, as in Aspire.</summary>
    private string? Text(string name)
        => new[] { _configuration[name], _configuration[name.Replace('-', '_')] }.FirstOrDefault(text => !string.IsNullOrEmpty(text));

    /// <summary>One of the values, in any case; the first is the default.</summary>
    private string Choice(string name, params string[] values)
    {
        var text = Text(name) ?? values[0];
        var value = values.FirstOrDefault(value => value.Equals(text, StringComparison.OrdinalIgnoreCase));
        Refuse(value is null, $"--{name} {text}: there are {string.Join(", ", values)}.");
        return value ?? values[0];
    }

    private int Number(string name, int fallback, int max)
    {
        var isNumber = int.TryParse(Text(name) ?? $"{fallback}", NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= 1 && value <= max;
        Refuse(!isNumber, $"--{name} {Text(name)}: a whole number from 1 to {max}.");
        return value;
    }

    private void RefuseUnknown(string section, string[] known)
    {
        var unknown = _configuration.GetSection(section).GetChildren().FirstOrDefault(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase));
        Refuse(unknown is not null, $"--{section}:{unknown?.Key}: there are {string.Join(", ", known.Select(name => $"--{section}:{name}"))}.");
    }

    private void Refuse(bool isWrong, string reason) => Refusal ??= isWrong ? $"{reason}{Environment.NewLine}{Help}" : null;

    [GeneratedRegex("^--(servers|data|simulator|allow-private-endpoints|whatsapp-authentication|(scale|ports):[^=]*)=?$")]
    private static partial Regex OurOption();
}
