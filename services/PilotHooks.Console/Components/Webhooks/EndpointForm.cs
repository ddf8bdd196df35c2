using System.Globalization;

namespace PilotHooks.Console.Components.Webhooks;

/// <summary>What is typed of an endpoint, new or known.</summary>
public sealed class EndpointForm
{
    public string? Url { get; set; }

    public string? Name { get; set; }

    public string? Description { get; set; }

    public string? RateLimit { get; set; }

    public string? NumberId { get; set; }

    public string? Format { get; set; }

    public string? Signature { get; set; }

    public string? Secret { get; set; }

    public List<string>? Events { get; set; }

    /// <summary>For the API, which says itself what is wrong with a text that is no number.</summary>
    public object? RateLimitValue
        => Trimmed(RateLimit) is not { } text ? null : int.TryParse(text, CultureInfo.InvariantCulture, out var rate) ? rate : text;

    public static EndpointForm Of(WebhookItem endpoint) => new()
    {
        Url = endpoint.Url,
        Name = endpoint.Name,
        Description = endpoint.Description,
        RateLimit = endpoint.RateLimit?.ToString(CultureInfo.InvariantCulture),
        Format = endpoint.Format,
        Signature = endpoint.Signature,
        Events = [.. endpoint.Events],
    };

    /// <summary>Null if nothing is left.</summary>
    public static string? Trimmed(string? text) => text?.Trim() is { Length: > 0 } rest ? rest : null;
}
