namespace PilotHooks.Relay.Quotas;

/// <summary>How much a caller may do. All keys of one number are one caller, and so are all keys of all numbers.</summary>
internal sealed class QuotaOptions
{
    /// <summary>Endpoints of one number, and likewise those of all numbers.</summary>
    public int EndpointsPerNumber { get; init; } = 500;

    /// <summary>Endpoints in all.</summary>
    public int Endpoints { get; init; } = 5000;

    /// <summary>Tests of endpoints.</summary>
    public int TestsPerMinute { get; init; } = 120;

    /// <summary>Retries, whether of one delivery or of all that failed at an endpoint.</summary>
    public int RetriesPerMinute { get; init; } = 300;

    /// <summary>Replays of events.</summary>
    public int ReplaysPerMinute { get; init; } = 300;

    public bool IsUsable => new[] { EndpointsPerNumber, Endpoints, TestsPerMinute, RetriesPerMinute, ReplaysPerMinute }.All(limit => limit is >= 1 and <= 1_000_000);

    /// <summary>How often a minute.</summary>
    public int PerMinute(Quota quota) => quota switch
    {
        Quota.Tests => TestsPerMinute,
        Quota.Retries => RetriesPerMinute,
        _ => ReplaysPerMinute,
    };
}
