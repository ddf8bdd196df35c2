using System.Text.Json;
using System.Text.Json.Serialization;
using PilotHooks.Console.Components.Shared;

namespace PilotHooks.Console.Components.Webhooks;

/// <summary>One attempt to deliver an event, as the API logs it.</summary>
public sealed record Attempt(
    Guid DeliveryId,
    Guid EventId,
    string Event,
    [property: JsonPropertyName("attempt")] int Number,
    string Status,
    int? StatusCode,
    string? Error,
    JsonElement? Payload,
    string? Response,
    int DurationMs,
    DateTimeOffset CreatedAt,
    string? NumberId,
    string Format)
{
    private const string Success = "SUCCESS";

    /// <summary>The name of the event that is sent on request; it is in no archive.</summary>
    public const string TestEvent = "webhook.test";

    public bool Succeeded => Status == Success;

    public BadgeKind Kind => Succeeded ? BadgeKind.Ok : BadgeKind.Bad;
}

/// <summary>One event on its way to one endpoint, with its attempts, oldest first.</summary>
public sealed record Delivery(
    Guid DeliveryId,
    string WebhookId,
    Guid EventId,
    string Event,
    string Status,
    IReadOnlyList<Attempt> Attempts,
    DateTimeOffset? NextAttemptAt,
    DateTimeOffset CreatedAt)
{
    private const string Pending = "pending";

    /// <summary>Whether a first or a further attempt is to come.</summary>
    public bool IsPending => Status == Pending;
}

/// <summary>The delivery that a call has started.</summary>
internal sealed record DeliveryReference(Guid DeliveryId);

/// <summary>How many deliveries a call has put back.</summary>
internal sealed record QueuedDeliveries(long Queued);
