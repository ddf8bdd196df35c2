namespace PilotHooks.Console.Components.Overview;

/// <summary>The last hour as the API gives it; <c>OverviewModel</c> says what each part means.</summary>
public sealed record OverviewFigures(
    DateTimeOffset From,
    DateTimeOffset Until,
    double ResolutionSeconds,
    IReadOnlyDictionary<string, Flow> Events,
    Flow Duplicates,
    Flow Rejected,
    Latency Acknowledgement,
    Spool Spool,
    IReadOnlyList<QueueState> Queues,
    Deliveries Deliveries,
    DeadLetterState DeadLetters,
    NumberState? Numbers,
    EndpointState? Endpoints,
    IReadOnlyList<ServiceState> Services)
{
    /// <summary>When each point begins.</summary>
    public IReadOnlyList<DateTimeOffset> Times => [.. Enumerable.Range(0, Duplicates.PerSecond.Count).Select(point => From.AddSeconds(point * ResolutionSeconds))];

    /// <summary>Of all kinds together.</summary>
    public Flow AllEvents => Flow.Sum(Events.Values);
}

/// <summary>Something that is counted: how many within the hour, and the rate at each point, null where nobody reported.</summary>
public sealed record Flow(long Total, IReadOnlyList<double?> PerSecond)
{
    /// <summary>The latest rate that is known.</summary>
    public double? Now => PerSecond.LastOrDefault(rate => rate is not null);

    /// <summary>Several as one; empty without any.</summary>
    public static Flow Sum(IEnumerable<Flow> flows)
        => flows.Aggregate(
            new Flow(0, []),
            (sum, flow) => sum.PerSecond.Count == 0 ? flow : new Flow(sum.Total + flow.Total, [.. sum.PerSecond.Zip(flow.PerSecond, (one, other) => one is null ? other : one + (other ?? 0))]));
}

/// <summary>A level now and at each point.</summary>
public sealed record Level(double? Now, IReadOnlyList<double?> Points);

/// <summary>Percentiles in milliseconds.</summary>
public sealed record Latency(long Count, double? P50, double? P95, double? P99, double? Max, LatencySeries Points);

/// <summary>The same at each point.</summary>
public sealed record LatencySeries(IReadOnlyList<double?> P50, IReadOnlyList<double?> P95, IReadOnlyList<double?> P99);

/// <summary>The ingress's spool.</summary>
public sealed record Spool(Level Depth);

/// <summary>A queue and its consumer.</summary>
public sealed record QueueState(string Queue, string Service, int? Consumers, Level Depth, Level AgeSeconds);

/// <summary>What the relay delivered.</summary>
public sealed record Deliveries(IReadOnlyDictionary<string, Flow> Ended, IReadOnlyDictionary<string, Flow> Attempts, Latency Latency);

/// <summary>Dead letters that are open.</summary>
public sealed record DeadLetterState(long? Open);

/// <summary>Numbers by how they are.</summary>
public sealed record NumberState(long Known, long Down, long Ill);

/// <summary>Endpoints that fail.</summary>
public sealed record EndpointState(long Failing);

/// <summary>A service and its latest report.</summary>
public sealed record ServiceState(string Service, int Replicas, DateTimeOffset ReportedAt);
