using System.Text.Json;

namespace PilotHooks.Console.Components.Events;

/// <summary>An event as the API lists it. Not recognized: it was archived and relayed, and nobody knows what it means.</summary>
public sealed record EventItem(Guid EventId, string Event, string Source, string? NumberId, DateTimeOffset ReceivedAt, bool Recognized = true);

/// <summary>An event with its content, which is null once it is no longer kept, and its way.</summary>
internal sealed record EventDetail(
    Guid EventId, string Event, string Source, string? NumberId, DateTimeOffset ReceivedAt, string? TraceId, JsonElement? Payload, IReadOnlyList<EventStep> Steps,
    bool Recognized = true);

/// <summary>A step of an event's way; <c>StepModel</c> of the relay says what each part means.</summary>
public sealed record EventStep(
    string Service, string Step, DateTimeOffset At, double? DurationMs, string Outcome, string? Detail, string? WebhookId, string? WebhookName, Guid? DeliveryId)
{
    private const string Attempt = "attempt";

    /// <summary>Whether its duration begins when the event was received, so that it is mostly time on the bus.</summary>
    public bool IsSinceReceived => Step != Attempt && DurationMs is not null;

    /// <summary>Its service did not answer, so its time says nothing.</summary>
    public bool IsUnknown => Outcome == "unavailable";

    /// <summary>What was sent to the endpoint, of a delivery.</summary>
    public string? Href => WebhookId is null ? null : $"/webhooks/{Uri.EscapeDataString(WebhookId)}/messages{(Step == Attempt ? $"?delivery={DeliveryId}" : "")}";

    /// <summary>The detail without the endpoint's id, which its link says better.</summary>
    public string? More => WebhookId is null ? Detail : Detail == WebhookId ? null : Detail?.Replace($"{WebhookId}, ", "", StringComparison.Ordinal);
}

/// <summary>A number as filters name it.</summary>
internal sealed record NumberName(string NumberId, string? Phone, string? DisplayName, string State)
{
    public string Text => DisplayName ?? Phone ?? NumberId;
}
