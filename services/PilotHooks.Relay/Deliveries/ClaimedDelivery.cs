namespace PilotHooks.Relay.Deliveries;

/// <summary>A delivery that this replica has leased, with all that an attempt needs.</summary>
internal class ClaimedDelivery
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

    /// <summary>
    /// As the provider sent it; null if its content is no longer kept. Of a first attempt it is a part of the message that it
    /// came in, which is kept as long: a copy of each would cost more.
    /// </summary>
    public ReadOnlyMemory<byte>? Payload { get; init; }

    /// <summary><see cref="Payload"/> from the row of a claim. A missing array would become an empty payload by itself, not null.</summary>
    public byte[]? Body
    {
        init => Payload = value is null ? null : new ReadOnlyMemory<byte>(value);
    }

    /// <summary>Completes when its row is written. Before that no outcome can be recorded.</summary>
    public virtual Task RowWritten => Task.CompletedTask;
}
