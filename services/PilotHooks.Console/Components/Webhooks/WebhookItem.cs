namespace PilotHooks.Console.Components.Webhooks;

/// <summary>An endpoint as the API shows it.</summary>
public sealed record WebhookItem(
    string Id,
    string Url,
    string Name,
    string? Description,
    IReadOnlyList<string> Events,
    bool Active,
    string? PausedReason,
    string? NumberId,
    int? RateLimit,
    string Format,
    string Signature,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? FailingSince,
    bool CircuitOpen,
    DateTimeOffset? LastAttemptAt)
{
    /// <summary>Its page.</summary>
    public string Href => $"/webhooks/{Uri.EscapeDataString(Id)}";

    /// <summary>What was sent to it.</summary>
    public string HistoryHref => $"{Href}/messages";
}

/// <summary>A number that an endpoint can be bound to, as the API lists it.</summary>
internal sealed record NumberItem(string NumberId, string? Phone, string? DisplayName);
