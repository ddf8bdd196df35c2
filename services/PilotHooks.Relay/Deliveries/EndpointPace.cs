namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// How many deliveries of one endpoint this replica takes: how many it attempts at the same time, and how many it holds
/// ready behind them. Attempts: few at first, one more with each answer, half with each that does not come, so an endpoint
/// that hangs soon holds a single slot and a fast one gets all it can use. Ready: as many as are attempted in half a second
/// at the pace of late, so that a fast endpoint's deliveries are leased by the hundred while a slow one's are left to
/// whoever has a slot free.
/// </summary>
internal sealed class EndpointPace(TimeProvider time)
{
    public const int Initial = 8;

    /// <summary>Three times what the lanes of the archive bring in one go: they bring it when half is left.</summary>
    public const int MaxAhead = 3072;

    private const int Max = 64;

    /// <summary>The weight of the newest attempt in the average.</summary>
    private const double Newest = 1.0 / 16;

    private static readonly TimeSpan AheadFor = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan StalledAfter = TimeSpan.FromMilliseconds(50);

    /// <summary>Of an attempt, on average; null until one has succeeded.</summary>
    private TimeSpan? _duration;

    /// <summary>When an attempt ended last, or the first of those under way began.</summary>
    private long _finishedAt = time.GetTimestamp();

    /// <summary>Leased and ready, the oldest first, each with the timestamp from which its lease counts.</summary>
    public Queue<(ClaimedDelivery Delivery, long LeasedAt)> Ready { get; } = [];

    public int Limit { get; private set; } = Initial;

    public int InFlight { get; private set; }

    /// <summary>Slots for further attempts.</summary>
    public int Free => Math.Max(0, Limit - InFlight);

    /// <summary>How many more may be leased.</summary>
    public int Room => Math.Max(0, Capacity - InFlight - Ready.Count);

    /// <summary>Whether more may be due than there was room for.</summary>
    public bool HasMore { get; set; }

    /// <summary>Whether it is worth looking for more: a claim costs the same for one as for a hundred.</summary>
    public bool WantsMore => HasMore && Room * 2 >= Capacity;

    /// <summary>Whether it takes what is ready, and so much is that it can well wait for more.</summary>
    public bool IsSupplied => Ready.Count > MaxAhead / 2 && !HasStalledFor(StalledAfter);

    /// <summary>How long it has had nothing to do.</summary>
    public TimeSpan Idle => InFlight > 0 || Ready.Count > 0 ? TimeSpan.Zero : time.GetElapsedTime(_finishedAt);

    private int Capacity => Limit + (_duration is { } duration && !HasStalledFor(AheadFor) ? (int)Math.Min(MaxAhead, Limit * (AheadFor / duration)) : 0);

    public void Start()
    {
        if (InFlight++ == 0)
        {
            _finishedAt = time.GetTimestamp();
        }
    }

    /// <summary>After an attempt that failed nothing is held ready, until the average has forgotten it.</summary>
    public void Finish(bool succeeded, bool answered, TimeSpan duration)
    {
        InFlight--;
        _finishedAt = time.GetTimestamp();
        Limit = answered ? Math.Min(Limit + 1, Max) : Math.Max(Limit / 2, 1);
        var took = succeeded ? duration : AheadFor * Max;
        _duration = _duration is { } average ? average + (took - average) * Newest : took;
    }

    /// <summary>Whether attempts are under way of which none has ended for this long.</summary>
    private bool HasStalledFor(TimeSpan period) => InFlight > 0 && time.GetElapsedTime(_finishedAt) > period;
}
