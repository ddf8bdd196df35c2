namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// Decides how many deliveries of one endpoint this replica attempts at the same time, and how many it holds ready behind them.
/// </summary>
/// <remarks>
/// The limit of attempts starts low. Each answer raises it by one and each missing answer halves it, so an endpoint that hangs
/// soon holds a single slot. As many deliveries are held ready as are attempted in half a second: hundreds of a fast endpoint,
/// while those of a slow one stay in the table for whichever replica has a slot.
/// </remarks>
internal sealed class EndpointConcurrencyLimiter(TimeProvider time)
{
    /// <summary>Three times what both lanes of the archive bring at once. They bring more when half of it is left.</summary>
    public const int MaxReady = 3072;

    private const int MaxLimit = 64;

    /// <summary>The weight of the newest attempt in the average duration.</summary>
    private const double NewestWeight = 1.0 / 16;

    private static readonly TimeSpan ReadyFor = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan StalledAfter = TimeSpan.FromMilliseconds(50);

    /// <summary>The average of an attempt; null until one has succeeded.</summary>
    private TimeSpan? _duration;

    /// <summary>When an attempt ended last, or the first of those under way began.</summary>
    private long _progressAt = time.GetTimestamp();

    /// <summary>Deliveries that are leased and wait for a slot, the oldest first, each with the timestamp from which its lease counts.</summary>
    public Queue<(ClaimedDelivery Delivery, long LeasedAt)> Ready { get; } = [];

    /// <summary>Attempts that may be under way at the same time.</summary>
    public int Limit { get; private set; } = DeliveryCapacity.OfOtherEndpoint;

    /// <summary>Attempts that are under way.</summary>
    public int InFlight { get; private set; }

    /// <summary>Whether a ready delivery may be started.</summary>
    public bool CanStart => InFlight < Limit && Ready.Count > 0;

    /// <summary>How many more deliveries may be leased.</summary>
    public int Capacity => Math.Max(0, Total - InFlight - Ready.Count);

    /// <summary>Whether more deliveries may be due than there was capacity for.</summary>
    public bool HasMore { get; set; }

    /// <summary>Whether a claim is worth its cost, which is the same for one delivery as for a hundred.</summary>
    public bool WantsMore => HasMore && Capacity * 2 >= Total;

    /// <summary>Whether it stands in line for one of the replica's slots.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Whether the endpoint works through what is ready, and enough is ready to wait for more.</summary>
    public bool IsSupplied => Ready.Count > MaxReady / 2 && !HasStalledFor(StalledAfter);

    /// <summary>How long it has had nothing to do.</summary>
    public TimeSpan Idle => InFlight > 0 || Ready.Count > 0 ? TimeSpan.Zero : time.GetElapsedTime(_progressAt);

    private int Total => Limit + (_duration is { } duration && !HasStalledFor(ReadyFor) ? (int)Math.Min(MaxReady, Limit * (ReadyFor / duration)) : 0);

    /// <summary>Counts an attempt that begins.</summary>
    public void StartAttempt()
    {
        if (InFlight++ == 0)
        {
            _progressAt = time.GetTimestamp();
        }
    }

    /// <summary>Counts an attempt that ended. After a failure nothing is held ready until the average has forgotten it.</summary>
    public void FinishAttempt(bool succeeded, bool answered, TimeSpan duration)
    {
        InFlight--;
        _progressAt = time.GetTimestamp();
        Limit = answered ? Math.Min(Limit + 1, MaxLimit) : Math.Max(Limit / 2, 1);
        var took = succeeded ? duration : ReadyFor * MaxLimit;
        _duration = _duration is { } average ? average + (took - average) * NewestWeight : took;
    }

    /// <summary>Whether attempts are under way of which none has ended for this long.</summary>
    private bool HasStalledFor(TimeSpan period) => InFlight > 0 && time.GetElapsedTime(_progressAt) > period;
}
