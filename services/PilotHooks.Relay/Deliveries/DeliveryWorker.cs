using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PilotHooks.Relay.Formats;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Data;
using PilotHooks.ServiceDefaults.Tracing;

namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// The one loop of deliveries: takes those of events that this replica archives, claims what else is due and there is room
/// for, attempts each on its own, and hands the outcomes to be recorded in batches. Any number of replicas run it side by
/// side.
/// </summary>
internal sealed partial class DeliveryWorker(
    ClaimQuery claims,
    DeliverySender sender,
    MergeBatcher<Outcome> outcomes,
    MergeBatcher<FirstAttempts> firstAttempts,
    FirstAttemptsMerge promises,
    WorkSignal work,
    RelayMetrics metrics,
    IOptions<RelayOptions> options,
    TimeProvider time,
    ILogger<DeliveryWorker> logger) : BackgroundService
{
    private static readonly TimeSpan AwayDelay = TimeSpan.FromSeconds(1);

    /// <summary>How long a pace that nobody uses is remembered.</summary>
    private static readonly TimeSpan MaxIdle = TimeSpan.FromMinutes(1);

    /// <summary>How long the rows of first attempts wait for the last of these to begin: a busy endpoint's are behind others.</summary>
    private static readonly TimeSpan MaxFirstTurn = TimeSpan.FromSeconds(1);

    /// <summary>How long they then wait for the outcomes: longer than most subscribers need, too short to be missed in a list.</summary>
    private static readonly TimeSpan MaxFirstWait = TimeSpan.FromMilliseconds(250);

    /// <summary>How often promises of dead replicas are looked for.</summary>
    private static readonly TimeSpan TakeOverInterval = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long after the database was away no replica takes over what another one has leased: its leases could end while it was
    /// unable to write down what it had done. Twice what a batcher waits at most between two tries.
    /// </summary>
    private static readonly TimeSpan ReturnGrace = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, EndpointPace> _paces = [];
    private readonly HashSet<FirstAttempts> _first = [];
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<Guid> _running = [];
    private int _ready;
    private TaskCompletionSource? _demand;
    private long _bytes;
    private bool _isFull;
    private bool _isStarved;
    private bool _isOpen;
    private long _lookedAnywhere;
    private long _lookedForPromises;
    private long? _awayAt;

    /// <summary>What this replica can take now; nothing before it has started and once it stops. Who asks at the same time is told the same.</summary>
    public DeliveryRoom Room()
    {
        lock (_lock)
        {
            var (slots, bytes) = (options.Value.MaxInFlight + options.Value.MaxReady - _running.Count - _ready, options.Value.MaxInFlightBytes - _bytes);
            return _isOpen && slots > 0 && bytes > 0
                ? new DeliveryRoom([.. _paces.Keys], [.. _paces.Values.Select(pace => pace.Room)], slots, bytes)
                : DeliveryRoom.None;
        }
    }

    /// <summary>Attempts deliveries that have no rows yet, and writes those when the attempts have ended or have taken too long.</summary>
    /// <param name="first">Promised already.</param>
    /// <param name="leasedAt">A timestamp of the clock from before the promise.</param>
    public void Take(FirstAttempts first, long leasedAt)
    {
        lock (_lock)
        {
            _first.Add(first);
        }

        Take(first.Taken, leasedAt);
        _ = WriteAsync(first);
    }

    /// <summary>Notes that more is due at these endpoints, for which there was no room: where there is now, it is looked for at once.</summary>
    public void Leave(IReadOnlySet<string> endpointIds)
    {
        var hasRoom = false;
        lock (_lock)
        {
            foreach (var endpointId in endpointIds)
            {
                var pace = _paces.GetValueOrDefault(endpointId);
                hasRoom |= pace is null or { Room: > 0 };
                pace?.HasMore = true;
            }
        }

        if (hasRoom)
        {
            work.Set();
        }
    }

    /// <summary>
    /// Completes when neither a fast endpoint nor all together have plenty ready, after <paramref name="atMost"/> in any case. Whoever brings more
    /// before would bring it to the table for a claim to take out again; a slow endpoint has nothing ready, and keeps nobody
    /// waiting.
    /// </summary>
    public async Task WaitForDemandAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        Task demand;
        lock (_lock)
        {
            if (!IsSupplied())
            {
                return;
            }

            demand = (_demand ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        await Task.WhenAny(demand, Task.Delay(atMost, time, cancellationToken));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        Open(true);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await TakeOverAsync(stoppingToken);
                await ClaimAsync(stoppingToken);
                await work.WaitAsync(options.Value.PollInterval, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is under way ends below, within its time-out.
        }

        Open(false);
        List<ClaimedDelivery> ready;
        lock (_lock)
        {
            ready = [.. _paces.Values.SelectMany(GiveUpReady)];
            SetDrained();
        }

        await ReleaseAsync(ready);
        await _drained.Task;
    }

    /// <summary>Attempts what this replica has leased, each as soon as its endpoint has a slot free.</summary>
    /// <param name="deliveries">With their leases.</param>
    /// <param name="leasedAt">A timestamp of the clock from before the leases began.</param>
    private void Take(IReadOnlyList<ClaimedDelivery> deliveries, long leasedAt)
    {
        lock (_lock)
        {
            foreach (var delivery in deliveries)
            {
                // Its lease ended while the database was away, but what came of it is known here and will be recorded.
                if (_running.Contains(delivery.Id))
                {
                    continue;
                }

                if (!_paces.TryGetValue(delivery.EndpointId, out var pace))
                {
                    _paces[delivery.EndpointId] = pace = new EndpointPace(time);
                }

                _bytes += delivery.Size;
                if (delivery.Urgent)
                {
                    Start(delivery, pace);
                    continue;
                }

                pace.Ready.Enqueue((delivery, leasedAt));
                _ready++;
                StartReady(pace, takenAt: leasedAt);
            }
        }
    }

    /// <summary>With a quarter ready there is room for what both lanes of the archive bring. The caller holds the lock.</summary>
    private bool IsSupplied() => _ready > options.Value.MaxReady / 4 || _paces.Values.Any(pace => pace.IsSupplied);

    private void Open(bool open)
    {
        lock (_lock)
        {
            _isOpen = open;
        }
    }

    /// <summary>The caller holds the lock.</summary>
    private void SetDrained()
    {
        if (!_isOpen && _running.Count == 0 && _first.Count == 0)
        {
            _drained.TrySetResult();
        }
    }

    private async Task WriteAsync(FirstAttempts first)
    {
        await first.Begun.WaitAsync(MaxFirstTurn, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.Ended.WaitAsync(MaxFirstWait, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        first.Close();
        try
        {
            await firstAttempts.MergeAsync(first, first.Taken[0].TraceParent, CancellationToken.None);
            Leave(first.Deliveries.Where(delivery => delivery.IsLeft).Select(delivery => delivery.EndpointId).ToHashSet());
        }
        catch (Exception exception)
        {
            // The promise stays, and is taken over when its lease ends.
            Log.Unwritten(logger, exception, first.Taken.Count + first.Deferred.Count);
            first.End();
        }

        lock (_lock)
        {
            _first.Remove(first);
            SetDrained();
        }
    }

    /// <summary>Looks from time to time for what dead replicas promised, and makes it due.</summary>
    private async Task TakeOverAsync(CancellationToken stoppingToken)
    {
        if (time.GetElapsedTime(_lookedForPromises) < TakeOverInterval || !TakesOver())
        {
            return;
        }

        _lookedForPromises = time.GetTimestamp();
        Guid[] own;
        lock (_lock)
        {
            own = [.. _first.Select(first => first.Id)];
        }

        try
        {
            using var trace = new BackgroundTrace("deliveries take over");
            while (await promises.TakeOverAsync(own, stoppingToken))
            {
                trace.Did(1);
                work.Set();
            }
        }
        catch (Exception exception) when (Transience.IsTransient(exception))
        {
            NoteAway(exception);
        }
    }

    private bool TakesOver() => _awayAt is not { } awayAt || time.GetElapsedTime(awayAt) >= ReturnGrace;

    private void NoteAway(Exception exception)
    {
        _awayAt = time.GetTimestamp();
        Log.Away(logger, exception.Message);
    }

    /// <summary>Claims what is due and there is room for.</summary>
    private async Task ClaimAsync(CancellationToken stoppingToken)
    {
        var room = Room();
        if (room.Slots == 0)
        {
            lock (_lock)
            {
                _isFull = true;
            }

            return;
        }

        try
        {
            // All endpoints when something may wait at any of them; in between, while attempts end by the hundred, only
            // those that are being called.
            var anywhere = work.TakeAnywhere() || time.GetElapsedTime(_lookedAnywhere) >= options.Value.PollInterval;
            using var trace = new BackgroundTrace("deliveries claim");
            var leasedAt = time.GetTimestamp();
            _lookedAnywhere = anywhere ? leasedAt : _lookedAnywhere;
            var claimed = await claims.ClaimAsync(room, anywhere, TakesOver(), stoppingToken);
            trace.Did(claimed.Count);
            Take(claimed, leasedAt);
            Note(room, claimed);
        }
        catch (Exception exception) when (Transience.IsTransient(exception))
        {
            NoteAway(exception);
            await Task.Delay(AwayDelay, time, stoppingToken);
        }
    }

    /// <summary>Where a claim took all that there was room for, more may be due; where it took less, nothing is.</summary>
    private void Note(DeliveryRoom room, IReadOnlyList<ClaimedDelivery> claimed)
    {
        var taken = claimed.CountBy(delivery => delivery.EndpointId).ToDictionary();
        var given = room.Endpoints.Zip(room.Rooms).ToDictionary(one => one.First, one => one.Second);
        lock (_lock)
        {
            _isFull = claimed.Count >= room.Slots || claimed.Sum(delivery => (long)delivery.Size) >= room.Bytes;
            foreach (var (endpointId, pace) in _paces.ToList())
            {
                pace.HasMore = taken.GetValueOrDefault(endpointId) >= given.GetValueOrDefault(endpointId, room.Initial);
                if (pace.Idle > MaxIdle)
                {
                    _paces.Remove(endpointId);
                }
            }
        }
    }

    /// <summary>
    /// Starts what is ready as far as there are slots. What has waited for one until its attempt might outlast its lease is given
    /// back, for another replica would attempt it too. The caller holds the lock.
    /// </summary>
    /// <param name="pace">Of the endpoint.</param>
    /// <param name="takenAt">The timestamp of what is being taken just now and has not waited; null for nothing.</param>
    private void StartReady(EndpointPace pace, long? takenAt = null)
    {
        while (_isOpen && pace.Free > 0 && pace.Ready.Count > 0)
        {
            if (_running.Count >= options.Value.MaxInFlight)
            {
                _isStarved = true;
                return;
            }

            if (pace.Ready.Peek().LeasedAt is var leasedAt && leasedAt != takenAt && IsStale(leasedAt))
            {
                ThreadPool.UnsafeQueueUserWorkItem(static stale => _ = stale.Worker.ReleaseAsync(stale.Deliveries), (Worker: this, Deliveries: GiveUpReady(pace)), preferLocal: false);
                return;
            }

            _ready--;
            Start(pace.Ready.Dequeue().Delivery, pace);
        }
    }

    /// <summary>Starts one attempt; the caller holds the lock.</summary>
    private void Start(ClaimedDelivery delivery, EndpointPace pace)
    {
        pace.Start();
        delivery.First?.Begin();
        _running.Add(delivery.Id);
        metrics.Started();
        // Not ended by the stop: an attempt that began is finished and recorded.
        ThreadPool.UnsafeQueueUserWorkItem(static attempt => _ = attempt.Worker.RunAsync(attempt.Delivery, attempt.Pace), (Worker: this, Delivery: delivery, Pace: pace), preferLocal: false);
    }

    private async Task RunAsync(ClaimedDelivery delivery, EndpointPace pace)
    {
        AttemptResult? result = null;
        try
        {
            result = await MakeAsync(delivery);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or CryptographicException)
        {
            // Recorded like any failure: left alone it would be claimed again at every end of its lease.
            using var trace = EventTrace.Enter(delivery.TraceParent);
            Log.Unmade(logger, exception, delivery.Id);
            result = NotMade("The relay could not translate or sign the event.");
        }
        catch (Exception exception)
        {
            // Its lease runs out and it is attempted again.
            using var trace = EventTrace.Enter(delivery.TraceParent);
            Log.Lost(logger, exception, delivery.Id);
        }

        // A first success is written with its row, and most are: nothing is left to wait for.
        var recorded = result is null || delivery.First?.Record(delivery, result) == true;
        if (!Finish(delivery, pace, result, recorded, out var givenUp))
        {
            await ConcludeAsync(delivery, pace, recorded ? null : result, givenUp);
        }
    }

    /// <summary>
    /// Frees the slot, and gives it to what is ready. After a failure all that is ready is given up: whether and when
    /// the endpoint is called again is then decided where all replicas see it. So is what has not enough of its lease left.
    /// Returns whether that was all that there is to do.
    /// </summary>
    private bool Finish(ClaimedDelivery delivery, EndpointPace pace, AttemptResult? result, bool recorded, out List<ClaimedDelivery> givenUp)
    {
        var succeeded = result is { Succeeded: true };
        metrics.Finished(succeeded ? "success" : result?.StatusCode is { } code ? $"{code / 100}xx" : "error", result?.Duration ?? TimeSpan.Zero);
        lock (_lock)
        {
            pace.Finish(succeeded, answered: result is { Unanswered: false }, result?.Duration ?? TimeSpan.Zero);
            givenUp = succeeded && !(pace.Ready.TryPeek(out var oldest) && IsStale(oldest.LeasedAt)) ? [] : GiveUpReady(pace);
            var ended = recorded && givenUp.Count == 0;
            if (ended)
            {
                End(delivery, pace);
            }

            StartReady(pace);
            if (_demand is not null && !IsSupplied())
            {
                _demand.SetResult();
                _demand = null;
            }

            return ended;
        }
    }

    /// <summary>Nothing of the delivery is left to be done here; the caller holds the lock.</summary>
    private void End(ClaimedDelivery delivery, EndpointPace pace)
    {
        _running.Remove(delivery.Id);
        _bytes -= delivery.Size;
        if (_isStarved)
        {
            _isStarved = false;
            foreach (var starved in _paces.Values)
            {
                StartReady(starved);
            }
        }

        if (_isFull || pace.WantsMore)
        {
            work.Freed();
        }

        SetDrained();
    }

    /// <summary>Has the result recorded, if there is one to record, and releases what was given up.</summary>
    private async Task ConcludeAsync(ClaimedDelivery delivery, EndpointPace pace, AttemptResult? result, List<ClaimedDelivery> givenUp)
    {
        try
        {
            if (result is not null)
            {
                await RecordAsync(delivery, result);
            }

            // After that: by then it is known whether the endpoint is to be left alone, and no claim takes them straight back.
            await ReleaseAsync(givenUp);
        }
        catch (Exception exception)
        {
            // Its lease runs out and it is attempted again.
            using var trace = EventTrace.Enter(delivery.TraceParent);
            Log.Lost(logger, exception, delivery.Id);
        }

        lock (_lock)
        {
            End(delivery, pace);
        }
    }

    /// <summary>Of a first attempt once its row is written.</summary>
    private async Task RecordAsync(ClaimedDelivery delivery, AttemptResult result)
    {
        var gaps = delivery.Event == TestEvent.Name ? [] : options.Value.RetrySchedule ?? RetrySchedule.Default;
        var verdict = Verdict.Of(result, delivery.Step + 1, gaps, Random.Shared.NextDouble());
        if (!result.Succeeded)
        {
            using var trace = EventTrace.Enter(delivery.TraceParent);
            Log.Failed(logger, delivery.Id, delivery.EndpointId, delivery.EventId, delivery.Step + 1, result.StatusCode, result.Error, verdict.Delay);
        }

        await delivery.Written;
        // The batcher stops after this worker, so what ends during the stop is recorded too.
        await outcomes.MergeAsync(new Outcome(delivery, result, verdict), delivery.TraceParent, CancellationToken.None);
    }

    /// <summary>Whether an attempt might outlast the lease.</summary>
    private bool IsStale(long leasedAt) => time.GetElapsedTime(leasedAt) > options.Value.Lease - options.Value.AttemptTimeout - RelayOptions.LeaseMargin;

    /// <summary>The caller holds the lock, and releases what is returned.</summary>
    private List<ClaimedDelivery> GiveUpReady(EndpointPace pace)
    {
        List<ClaimedDelivery> ready = [.. pace.Ready.Select(one => one.Delivery)];
        pace.Ready.Clear();
        pace.HasMore |= ready.Count > 0;
        _ready -= ready.Count;
        _bytes -= ready.Sum(delivery => (long)delivery.Size);
        return ready;
    }

    private async Task ReleaseAsync(List<ClaimedDelivery> deliveries)
    {
        var leased = new List<ClaimedDelivery>(deliveries.Count);
        foreach (var delivery in deliveries)
        {
            // One whose row is not written yet will be written without a lease, or has one once it is.
            if (delivery.First?.Leave(delivery) != true)
            {
                await delivery.Written;
                leased.Add(delivery);
            }
        }

        if (leased.Count == 0)
        {
            return;
        }

        try
        {
            await claims.ReleaseAsync(leased, CancellationToken.None);
            work.Set();
        }
        catch (Exception exception) when (Transience.IsTransient(exception))
        {
            // Their leases run out.
            Log.Away(logger, exception.Message);
        }
    }

    private Task<AttemptResult> MakeAsync(ClaimedDelivery delivery)
    {
        if (delivery.Payload is not { } payload)
        {
            return Task.FromResult(NotMade("The event's content is no longer kept."));
        }

        var body = WebhookFormats.Render(delivery.Target.Format, new RelayedEvent(delivery.EventId, delivery.Event, delivery.NumberId, delivery.OccurredAt ?? time.GetUtcNow(), payload));
        return sender.SendAsync(delivery, body);
    }

    private AttemptResult NotMade(string error) => new(time.GetUtcNow(), TimeSpan.Zero, null, error, null, null);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database is away; deliveries wait: {Reason}")]
        public static partial void Away(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Error, "The outcome of an attempt of delivery {Delivery} was lost")]
        public static partial void Lost(ILogger logger, Exception exception, Guid delivery);

        [LoggerMessage(LogLevel.Error, "{Count} deliveries could not be written; they are made anew when their promise ends")]
        public static partial void Unwritten(ILogger logger, Exception exception, int count);

        [LoggerMessage(LogLevel.Error, "Delivery {Delivery} could not be translated or signed")]
        public static partial void Unmade(ILogger logger, Exception exception, Guid delivery);

        [LoggerMessage(LogLevel.Information, "Attempt {Attempt} of delivery {Delivery} to endpoint {Endpoint} of event {Event} failed with status {Status} ({Error}); next in {Next}")]
        public static partial void Failed(ILogger logger, Guid delivery, string endpoint, Guid @event, int attempt, int? status, string? error, TimeSpan? next);
    }
}
