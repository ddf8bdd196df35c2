using Microsoft.Extensions.Options;

namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// Decides which of this replica's leased deliveries are attempted, which are given back, and when to look for more. It does no
/// I/O: it is told facts and returns <see cref="SchedulerDecisions"/>.
/// </summary>
/// <remarks>
/// All replicas share the rate limit and the circuit of an endpoint, so <see cref="ClaimQuery"/> applies these. The scheduler
/// applies what belongs to one replica:
/// <list type="number">
/// <item>Concurrency: each endpoint has as many attempts under way as its limiter allows, and all together as many as there are slots.</item>
/// <item>Fairness: endpoints that wait for a slot get one each in turn.</item>
/// <item>Staleness: a delivery whose attempt might outlast its lease is given back, because another replica would attempt it too.</item>
/// <item>Failure: all ready deliveries of the endpoint are given back, because all replicas together decide when it is called again.</item>
/// </list>
/// </remarks>
internal sealed class DeliveryScheduler(IOptions<RelayOptions> options, TimeProvider time)
{
    /// <summary>How long an endpoint that has nothing to do is remembered.</summary>
    private static readonly TimeSpan MaxIdle = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, EndpointConcurrencyLimiter> _endpoints = [];
    private readonly AttemptSlots _slots = new(options.Value, time);
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _demand;
    private bool _isOpen;
    private bool _isFull;

    /// <summary>Completes after <see cref="Close"/> when the last delivery has ended.</summary>
    public Task Idle => _idle.Task;

    /// <summary>How many deliveries can be taken now: none before <see cref="Open"/> and after <see cref="Close"/>.</summary>
    public DeliveryCapacity Capacity()
    {
        lock (_lock)
        {
            return FreeCapacity();
        }
    }

    /// <summary>The same for a claim. If there is none, the next delivery that ends asks to look for more.</summary>
    public DeliveryCapacity CapacityForClaim()
    {
        lock (_lock)
        {
            var capacity = FreeCapacity();
            _isFull |= capacity.Deliveries == 0;
            return capacity;
        }
    }

    /// <summary>
    /// A task that completes when more deliveries are needed; null if they are needed now. While a fast endpoint or all endpoints
    /// together have plenty ready, further deliveries would only be written to the table and claimed from it again.
    /// </summary>
    public Task? WhenInDemand()
    {
        lock (_lock)
        {
            return IsSupplied() ? (_demand ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task : null;
        }
    }

    /// <summary>Fact: this replica delivers from now on.</summary>
    public void Open()
    {
        lock (_lock)
        {
            _isOpen = true;
        }
    }

    /// <summary>Fact: this replica stops. What is ready is given back; attempts under way end.</summary>
    public SchedulerDecisions Close()
    {
        var decisions = new SchedulerDecisions();
        lock (_lock)
        {
            _isOpen = false;
            foreach (var endpoint in _endpoints.Values)
            {
                _slots.ReleaseReady(endpoint, decisions);
            }

            CompleteIfIdle();
        }

        return decisions;
    }

    /// <summary>Fact: these deliveries are leased.</summary>
    /// <param name="deliveries">With their leases.</param>
    /// <param name="leasedAt">A timestamp of the clock from before the leases began.</param>
    public SchedulerDecisions AddLeased(IReadOnlyList<ClaimedDelivery> deliveries, long leasedAt)
    {
        var decisions = new SchedulerDecisions();
        lock (_lock)
        {
            foreach (var delivery in deliveries)
            {
                if (!_isOpen)
                {
                    decisions.Release.Add(delivery);
                }
                // One that is running lost its lease while the database was away. Its attempt is recorded under the former lease.
                else if (!_slots.IsRunning(delivery))
                {
                    _slots.Add(delivery, FindOrAdd(delivery.EndpointId), leasedAt, decisions);
                }
            }
        }

        return decisions;
    }

    /// <summary>Fact: a claim for this capacity brought these deliveries. Where it brought all that fitted, more may be due.</summary>
    public void RecordClaim(DeliveryCapacity capacity, IReadOnlyList<ClaimedDelivery> claimed)
    {
        var (taken, given) = (claimed.CountBy(delivery => delivery.EndpointId).ToDictionary(), capacity.ByEndpoint());
        lock (_lock)
        {
            _isFull = claimed.Count >= capacity.Deliveries || claimed.Sum(delivery => (long)delivery.Size) >= capacity.Bytes;
            foreach (var (endpointId, endpoint) in _endpoints.ToList())
            {
                endpoint.HasMore = taken.GetValueOrDefault(endpointId) >= given.GetValueOrDefault(endpointId, DeliveryCapacity.OfOtherEndpoint);
                if (endpoint.Idle > MaxIdle)
                {
                    _endpoints.Remove(endpointId);
                }
            }
        }
    }

    /// <summary>Fact: deliveries of these endpoints are due and were not taken. Returns whether there is capacity for one of them.</summary>
    public bool RecordDue(IReadOnlySet<string> endpointIds)
    {
        var hasCapacity = false;
        lock (_lock)
        {
            foreach (var endpointId in endpointIds)
            {
                var endpoint = _endpoints.GetValueOrDefault(endpointId);
                hasCapacity |= endpoint is null or { Capacity: > 0 };
                endpoint?.HasMore = true;
            }
        }

        return hasCapacity;
    }

    /// <summary>Fact: an attempt has ended. Its endpoint may start another one, whatever remains to be recorded.</summary>
    /// <param name="delivery">Of the attempt.</param>
    /// <param name="result">What came of it; null if nobody knows.</param>
    /// <param name="isRecorded">Whether the outcome needs no recording any more.</param>
    public SchedulerDecisions CompleteAttempt(ClaimedDelivery delivery, AttemptResult? result, bool isRecorded)
    {
        var decisions = new SchedulerDecisions();
        var succeeded = result is { Succeeded: true };
        lock (_lock)
        {
            var endpoint = _endpoints[delivery.EndpointId];
            endpoint.FinishAttempt(succeeded, answered: result is { Unanswered: false }, result?.Duration ?? TimeSpan.Zero);
            if (!succeeded || (endpoint.Ready.TryPeek(out var oldest) && _slots.IsStale(oldest.LeasedAt)))
            {
                _slots.ReleaseReady(endpoint, decisions);
            }

            decisions.IsEnded = isRecorded && decisions.Release.Count == 0;
            if (decisions.IsEnded)
            {
                End(delivery, decisions);
            }

            _slots.StartReady(endpoint, decisions);
            if (_demand is not null && !IsSupplied())
            {
                _demand.SetResult();
                _demand = null;
            }
        }

        return decisions;
    }

    /// <summary>Fact: the outcome of a completed attempt is recorded, and what it gave back is released.</summary>
    public SchedulerDecisions EndDelivery(ClaimedDelivery delivery)
    {
        var decisions = new SchedulerDecisions();
        lock (_lock)
        {
            End(delivery, decisions);
        }

        return decisions;
    }

    private DeliveryCapacity FreeCapacity()
    {
        var deliveries = options.Value.MaxInFlight + options.Value.MaxReady - _slots.Running - _slots.Ready;
        var bytes = options.Value.MaxInFlightBytes - _slots.Bytes;
        return _isOpen && deliveries > 0 && bytes > 0
            ? new DeliveryCapacity([.. _endpoints.Keys], [.. _endpoints.Values.Select(endpoint => endpoint.Capacity)], deliveries, bytes)
            : DeliveryCapacity.None;
    }

    private EndpointConcurrencyLimiter FindOrAdd(string endpointId)
    {
        if (!_endpoints.TryGetValue(endpointId, out var endpoint))
        {
            _endpoints[endpointId] = endpoint = new EndpointConcurrencyLimiter(time);
        }

        return endpoint;
    }

    private void End(ClaimedDelivery delivery, SchedulerDecisions decisions)
    {
        _slots.End(delivery, decisions);
        decisions.LookForMore = _isFull || _endpoints.GetValueOrDefault(delivery.EndpointId) is { WantsMore: true };
        CompleteIfIdle();
    }

    /// <summary>With a quarter of the places taken there is room for what both lanes of the archive bring.</summary>
    private bool IsSupplied() => _slots.Ready > options.Value.MaxReady / 4 || _endpoints.Values.Any(endpoint => endpoint.IsSupplied);

    private void CompleteIfIdle()
    {
        if (!_isOpen && _slots.Running == 0)
        {
            _idle.TrySetResult();
        }
    }
}
