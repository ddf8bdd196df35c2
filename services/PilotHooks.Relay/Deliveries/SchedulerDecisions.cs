namespace PilotHooks.Relay.Deliveries;

/// <summary>What <see cref="DeliveryScheduler"/> decides after a fact.</summary>
internal sealed class SchedulerDecisions
{
    /// <summary>Deliveries to attempt now.</summary>
    public List<ClaimedDelivery> Start { get; } = [];

    /// <summary>Deliveries to give back to any replica, after the outcome of the attempt that led to it is recorded.</summary>
    public List<ClaimedDelivery> Release { get; } = [];

    /// <summary>Whether to look for more deliveries of the endpoints that are being called.</summary>
    public bool LookForMore { get; set; }

    /// <summary>Whether the completed delivery needs nothing more; otherwise <see cref="DeliveryScheduler.EndDelivery"/> has to follow.</summary>
    public bool IsEnded { get; set; }
}
