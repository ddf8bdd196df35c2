namespace PilotHooks.Contracts;

/// <summary>
/// The envelope that every event has on the bus, whatever its kind. On the wire the message body is
/// <see cref="Payload"/> itself, byte for byte as the provider sent it; the other fields travel as headers.
/// </summary>
public interface IWebhookEvent
{
    /// <summary>Derived from the source and the duplicate key: the same delivery has the same id on every attempt.</summary>
    Guid EventId { get; }

    /// <summary>The provider's own name of the event, such as <c>message.sent</c>.</summary>
    string Event { get; }

    /// <summary>The ingress source it came through, such as <c>whatsapp</c>.</summary>
    string Source { get; }

    /// <summary>The public id of the business's number, or null where neither the event nor the ingress knows it.</summary>
    string? NumberId { get; }

    /// <summary>When it happened, by the provider's clock; <see cref="ReceivedAt"/> where the event carries no time.</summary>
    DateTimeOffset OccurredAt { get; }

    /// <summary>When the ingress received it.</summary>
    DateTimeOffset ReceivedAt { get; }

    /// <summary>
    /// The provider's JSON, unchanged. In a consumer it is valid until the message is settled, so whoever keeps it
    /// longer copies it.
    /// </summary>
    ReadOnlyMemory<byte> Payload { get; }
}
