namespace PilotHooks.Ingress.Sources;

/// <summary>How a provider's events look.</summary>
internal enum SourceFormat
{
    /// <summary>Pilot Status schema v3: <c>{"event", "data"}</c>, flat for calls.</summary>
    PilotStatus,

    /// <summary>The WhatsApp API Platform's envelope: <c>{"id": "evt_...", "type", "data": {"object"}}</c>.</summary>
    Platform,
}

/// <summary>How a source proves who it is.</summary>
internal enum SourceAuthentication
{
    /// <summary>Not at all: whoever knows the URL may post.</summary>
    None,

    /// <summary>A secret in the URL.</summary>
    QueryToken,

    /// <summary>A secret in a header.</summary>
    HeaderToken,

    /// <summary>HMAC-SHA256 of the raw body in a header.</summary>
    Hmac,
}

/// <summary>
/// One source as configured under <c>Sources:&lt;name&gt;</c>. Words are written as in the README (<c>pilot-status</c>,
/// <c>query-token</c>); <see cref="SourceOptionsValidator"/> says what is wrong with the others.
/// </summary>
internal sealed class SourceOptions
{
    /// <summary><c>pilot-status</c> or <c>platform</c>.</summary>
    public string Format { get; set; } = "pilot-status";

    /// <summary><c>none</c>, <c>query-token</c>, <c>header-token</c> or <c>hmac</c>.</summary>
    public string Authentication { get; set; } = "none";

    /// <summary>The header of the signature or token.</summary>
    public string HeaderName { get; set; } = "X-Webhook-Signature";

    /// <summary>What stands before the signature or token in the header, such as <c>sha256=</c> or <c>Bearer </c>.</summary>
    public string Prefix { get; set; } = "";

    /// <summary><c>hex</c> or <c>base64</c>.</summary>
    public string Encoding { get; set; } = "hex";

    /// <summary>The parameter of the token in the URL.</summary>
    public string TokenParameter { get; set; } = "token";

    /// <summary>
    /// Signing secrets or tokens; any of them is accepted, so that one can be replaced while the other still signs. As one
    /// string, <c>Sources:&lt;name&gt;:Secrets</c> takes them separated by commas.
    /// </summary>
    public string[] Secrets { get; set; } = [];

    /// <summary>
    /// <c>text</c>: the key is the whole secret, <c>whsec_</c> included. <c>base64</c>: it is what the base64 after
    /// <c>whsec_</c> decodes to, as Standard Webhooks has it.
    /// </summary>
    public string SecretEncoding { get; set; } = "text";

    /// <summary>Requests per second, over all replicas; none by default.</summary>
    public int? RateLimit { get; set; }

    /// <summary>The number that all of this source's events belong to, where they name none.</summary>
    public string? NumberId { get; set; }
}

/// <summary>All sources, by name. Two exist by default; configuration changes them and adds others.</summary>
internal sealed class SourcesOptions
{
    public const string Section = "Sources";

    public Dictionary<string, SourceOptions> Sources { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["whatsapp"] = new SourceOptions(),
        ["platform"] = new SourceOptions { Format = "platform", Authentication = "hmac" },
    };

    /// <summary>Reads them from <see cref="Section"/>.</summary>
    public void Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        section.Bind(Sources);
        foreach (var source in section.GetChildren())
        {
            // A parameter is one string, and may hold several secrets.
            if (source["Secrets"] is { Length: > 0 } list)
            {
                Sources[source.Key].Secrets =
                    [.. Sources[source.Key].Secrets, .. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
            }
        }
    }
}
