namespace PilotHooks.Console.Overview;

/// <summary>
/// <c>GET /v1/overview</c>: the last hour of the whole system, up to a few seconds ago. Every series has the same points:
/// point <c>i</c> covers the <c>resolutionSeconds</c> from <c>from</c> + <c>i</c> * <c>resolutionSeconds</c> on, and the
/// last one ends at <c>until</c>. A point is null where the service did not report, which is not 0. What could not be
/// asked just now is null as a whole. With <c>?points=</c> a series has at
/// most so many points, and longer ones.
/// </summary>
/// <param name="From">When the first point begins.</param>
/// <param name="Until">When the last point ends.</param>
/// <param name="ResolutionSeconds">Length of a point.</param>
/// <param name="Events">Accepted events by kind, the name of the record on the bus, such as <c>MessageReceived</c>; all kinds are there.</param>
/// <param name="Duplicates">Repetitions that the ingress caught.</param>
/// <param name="Rejected">Requests that the ingress refused.</param>
/// <param name="Acknowledgement">From a provider's request to its answer.</param>
/// <param name="Spool">Events that wait in the spool because the broker is or was away.</param>
/// <param name="Queues">Each consumer's queue.</param>
/// <param name="Merges">Events merged, by service; of the relay: archived for the first time.</param>
/// <param name="Deliveries">What the relay delivered.</param>
/// <param name="DeadLetters">What consumers could not process.</param>
/// <param name="Numbers">Of the business, by how they are now; null while that service does not answer.</param>
/// <param name="Endpoints">Of subscribers, by how they fare now; null while the relay does not answer.</param>
/// <param name="Services">Who reported within the hour.</param>
internal sealed record OverviewModel(
    DateTimeOffset From,
    DateTimeOffset Until,
    double ResolutionSeconds,
    IReadOnlyDictionary<string, FlowModel> Events,
    FlowModel Duplicates,
    FlowModel Rejected,
    LatencyModel Acknowledgement,
    SpoolModel Spool,
    IReadOnlyList<QueueModel> Queues,
    IReadOnlyDictionary<string, FlowModel> Merges,
    DeliveriesModel Deliveries,
    DeadLettersModel DeadLetters,
    NumbersModel? Numbers,
    EndpointsModel? Endpoints,
    IReadOnlyList<ServiceModel> Services);

/// <summary>Something that is counted.</summary>
/// <param name="Total">Within the hour.</param>
/// <param name="PerSecond">The rate at each point.</param>
internal sealed record FlowModel(long Total, IReadOnlyList<double?> PerSecond);

/// <summary>A level at each point: its highest reading.</summary>
/// <param name="Now">At the last point that has one.</param>
/// <param name="Points">In the unit of its name.</param>
internal sealed record LevelModel(double? Now, IReadOnlyList<double?> Points);

/// <summary>How long something took, in milliseconds, over the hour and at each point. Exact to an eighth; null where nothing happened.</summary>
/// <param name="Count">How often it happened.</param>
/// <param name="P50">What half did not exceed.</param>
/// <param name="P95">What 95 of 100 did not exceed.</param>
/// <param name="P99">What 99 of 100 did not exceed.</param>
/// <param name="Max">The longest.</param>
/// <param name="Points">The same at each point.</param>
internal sealed record LatencyModel(long Count, double? P50, double? P95, double? P99, double? Max, LatencyPoints Points);

/// <summary>The percentiles at each point, in milliseconds.</summary>
/// <param name="P50">What half did not exceed.</param>
/// <param name="P95">What 95 of 100 did not exceed.</param>
/// <param name="P99">What 99 of 100 did not exceed.</param>
internal sealed record LatencyPoints(IReadOnlyList<double?> P50, IReadOnlyList<double?> P95, IReadOnlyList<double?> P99);

/// <summary>The ingress's spool.</summary>
/// <param name="Depth">Events that wait.</param>
/// <param name="Spooled">Events that went there.</param>
/// <param name="Drained">Events that left it for the broker.</param>
internal sealed record SpoolModel(LevelModel Depth, FlowModel Spooled, FlowModel Drained);

/// <summary>A queue and its consumer.</summary>
/// <param name="Queue">Such as <c>messaging-statuses</c>.</param>
/// <param name="Service">Whose it is.</param>
/// <param name="Consumers">Replicas that consume it now; null while the broker does not answer.</param>
/// <param name="Depth">
/// Messages that no consumer has in hand. One holds an event, and more of them the busier the ingress is; a consumer has
/// up to 128 in hand.
/// </param>
/// <param name="AgeSeconds">
/// How late the consumer is: the highest time from an event's reception to the commit of its merge; where nothing is
/// merged although messages wait, the time since none did.
/// </param>
internal sealed record QueueModel(string Queue, string Service, int? Consumers, LevelModel Depth, LevelModel AgeSeconds);

/// <summary>Deliveries to subscribers' endpoints.</summary>
/// <param name="Queued">Made.</param>
/// <param name="Ended">By <c>successful</c> and <c>failed</c> (given up).</param>
/// <param name="Attempts">By outcome: <c>success</c>, the class of the status such as <c>5xx</c>, or <c>error</c> where there was none.</param>
/// <param name="Latency">From the event's reception to the subscriber's first success.</param>
internal sealed record DeliveriesModel(
    FlowModel Queued, IReadOnlyDictionary<string, FlowModel> Ended, IReadOnlyDictionary<string, FlowModel> Attempts, LatencyModel Latency);

/// <summary>Dead letters.</summary>
/// <param name="Open">Not replayed yet; null while the database does not answer.</param>
/// <param name="Recorded">Those that came.</param>
internal sealed record DeadLettersModel(long? Open, FlowModel Recorded);

/// <summary>Numbers that are not removed.</summary>
/// <param name="Known">All of them.</param>
/// <param name="Down">Disconnected.</param>
/// <param name="Ill">Whose health is anything but <c>healthy</c>.</param>
internal sealed record NumbersModel(long Known, long Down, long Ill);

/// <summary>Webhook endpoints.</summary>
/// <param name="Failing">Whose latest attempts failed, or which are paused for it.</param>
internal sealed record EndpointsModel(long Failing);

/// <summary>A service as it reports.</summary>
/// <param name="Service">The name of the service.</param>
/// <param name="Replicas">Replicas that reported within the last point or two.</param>
/// <param name="ReportedAt">Its latest report.</param>
internal sealed record ServiceModel(string Service, int Replicas, DateTimeOffset ReportedAt);
