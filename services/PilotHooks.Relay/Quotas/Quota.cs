namespace PilotHooks.Relay.Quotas;

/// <summary>What a caller may do so often and no oftener, because others have work with it: subscribers, and the bus.</summary>
internal enum Quota
{
    /// <summary>Sending a test to an endpoint.</summary>
    Tests,

    /// <summary>Retrying a delivery, or those that failed.</summary>
    Retries,

    /// <summary>Replaying an event.</summary>
    Replays,
}
