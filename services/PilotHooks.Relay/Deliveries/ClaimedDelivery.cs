namespace PilotHooks.Relay.Deliveries;

/// <summary>A delivery that this replica has leased, with all that an attempt needs.</summary>
internal sealed class ClaimedDelivery
{
    public Guid Id { get; init; }

    /// <summary>Names this one attempt.</summary>
    public Guid Lease { get; init; }

    public required string EndpointId { get; init; }

    public Guid EventId { get; init; }

    public required string Event { get; init; }

    /// <summary>Attempts of the current run of the schedule that were made before.</summary>
    public int Step { get; init; }

    /// <summary>A single retry or a test: it waits for no slot.</summary>
    public bool Urgent { get; init; }

    /// <summary>Bytes of the payload.</summary>
    public int Size { get; init; }

    public required DeliveryTarget Target { get; set; }

    public string? NumberId { get; init; }

    public DateTimeOffset? OccurredAt { get; init; }

    public DateTimeOffset? ReceivedAt { get; init; }

    public string? TraceParent { get; init; }

    /// <summary>As the provider sent it; null if its content is no longer kept. Of a first attempt it is a part of the message that it came in, which is kept as long: to copy each would cost more.</summary>
    public ReadOnlyMemory<byte>? Payload { get; init; }

    /// <summary><see cref="Payload"/> from the row of a claim. No array at all would by itself become an empty payload, not none.</summary>
    public byte[]? Body
    {
        init => Payload = value is null ? null : new ReadOnlyMemory<byte>(value);
    }

    /// <summary>Those that it is one of, if its row is not written yet; they decide what <see cref="FirstResult"/> and <see cref="IsLeft"/> say.</summary>
    public FirstAttempts? First { get; init; }

    /// <summary>Completes when its row is written, at once where it was there before: only then can an outcome be recorded.</summary>
    public Task Written => First?.Written ?? Task.CompletedTask;

    /// <summary>The success that its row will be written with.</summary>
    public AttemptResult? FirstResult { get; set; }

    /// <summary>Whether its row will be written without a lease.</summary>
    public bool IsLeft { get; set; }
}
