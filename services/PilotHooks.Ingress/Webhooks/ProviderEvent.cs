using PilotHooks.Ingress.Numbers;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>What the ingress knows of an event: enough to name, identify, date and route it.</summary>
internal readonly record struct ProviderEvent
{
    /// <summary>The provider's own name of the event, or <see cref="EventNames.Unknown"/>.</summary>
    public required string Name { get; init; }

    public required EventKind Kind { get; init; }

    /// <summary>Why the event is not recognized (<see cref="Unrecognized"/>): it is kept and relayed, and merged nowhere. Null if it is.</summary>
    public string? Unrecognized { get; init; }

    public Guid EventId { get; init; }

    /// <summary>What the version before this would have called it, for messages; empty for others.</summary>
    public Guid FormerEventId { get; init; }

    /// <summary>As the provider or the source's configuration gave it.</summary>
    public string? NumberId { get; init; }

    /// <summary>By the provider's clock, where the event carries a time.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>The phone that this event shows to be <see cref="NumberId"/>'s own.</summary>
    public Phone OwnPhone { get; init; }

    /// <summary>
    /// Phones of which one may be a number's own, the likelier first: that number is the event's, where it names none.
    /// </summary>
    public (Phone First, Phone Second) Parties { get; init; }
}

/// <summary>Why a request was refused: a name for the metrics and a sentence for the sender.</summary>
internal readonly record struct Rejection(int Status, string Reason, string Detail);
