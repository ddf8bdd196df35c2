using PilotHooks.Relay.Archive;

namespace PilotHooks.Relay.Deliveries;

/// <summary>A delivery without a row, which <see cref="FirstAttempts"/> writes.</summary>
internal sealed class FirstDelivery(FirstAttempts batch) : ClaimedDelivery
{
    public FirstAttempts Batch => batch;

    public override Task RowWritten => batch.RowsWritten;

    /// <summary>The success that its row will be written with; null for none.</summary>
    public AttemptResult? Success { get; set; }

    /// <summary>Whether its row will be written without a lease, due for any replica.</summary>
    public bool IsUnleased { get; set; }

    public static FirstDelivery Of(PlannedDelivery planned, FirstAttempts batch, bool isUnleased)
    {
        var (item, endpoint, id) = (planned.Item, planned.Endpoint, planned.Id);
        return new FirstDelivery(batch)
        {
            Id = id,
            // A delivery has one first attempt, so its own id names that too.
            Lease = id,
            EndpointId = endpoint.Id,
            Target = endpoint.Target,
            EventId = item.Event.EventId,
            Event = item.Event.Event,
            Size = item.Event.Payload.Length,
            NumberId = item.Event.NumberId,
            OccurredAt = item.Event.OccurredAt,
            ReceivedAt = item.Event.ReceivedAt,
            TraceParent = item.TraceParent,
            Payload = item.Event.Payload,
            IsUnleased = isUnleased,
        };
    }
}
