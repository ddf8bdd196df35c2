namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// The slots for attempts of this replica, and which ready delivery gets one next. The lock of <see cref="DeliveryScheduler"/>
/// guards it.
/// </summary>
internal sealed class AttemptSlots(RelayOptions options, TimeProvider time)
{
    /// <summary>An attempt that begins with an older lease might outlast it.</summary>
    private readonly TimeSpan _maxLeaseAge = options.Lease - options.AttemptTimeout - RelayOptions.LeaseMargin;

    /// <summary>Endpoints that could start an attempt if the replica had a slot, in the order in which they get one.</summary>
    private readonly Queue<EndpointConcurrencyLimiter> _waiting = [];

    private readonly HashSet<Guid> _running = [];

    /// <summary>Deliveries that are attempted or whose outcome is being recorded.</summary>
    public int Running => _running.Count;

    /// <summary>Deliveries that are leased and wait for a slot.</summary>
    public int Ready { get; private set; }

    /// <summary>Bytes of the bodies of both.</summary>
    public long Bytes { get; private set; }

    public bool IsRunning(ClaimedDelivery delivery) => _running.Contains(delivery.Id);

    /// <summary>Whether the lease is so old that an attempt which begins now might outlast it.</summary>
    public bool IsStale(long leasedAt) => time.GetElapsedTime(leasedAt) > _maxLeaseAge;

    /// <summary>Takes a leased delivery in. An urgent one starts at once, another as soon as there is a slot.</summary>
    public void Add(ClaimedDelivery delivery, EndpointConcurrencyLimiter endpoint, long leasedAt, SchedulerDecisions decisions)
    {
        Bytes += delivery.Size;
        if (delivery.Urgent)
        {
            Start(delivery, endpoint, decisions);
            return;
        }

        endpoint.Ready.Enqueue((delivery, leasedAt));
        Ready++;
        StartReady(endpoint, decisions, addedAt: leasedAt);
    }

    /// <summary>Starts ready deliveries as far as the endpoint and the replica have slots.</summary>
    /// <param name="endpoint">Of the deliveries.</param>
    /// <param name="decisions">What is decided.</param>
    /// <param name="addedAt">The lease's timestamp of deliveries that are being added and so have not waited; null for none.</param>
    public void StartReady(EndpointConcurrencyLimiter endpoint, SchedulerDecisions decisions, long? addedAt = null)
    {
        while (endpoint.CanStart)
        {
            if (_running.Count >= options.MaxInFlight)
            {
                WaitForSlot(endpoint);
                return;
            }

            StartOldest(endpoint, decisions, addedAt);
        }
    }

    /// <summary>Frees the slot of a delivery that needs nothing more. Endpoints that wait get one each in turn.</summary>
    public void End(ClaimedDelivery delivery, SchedulerDecisions decisions)
    {
        _running.Remove(delivery.Id);
        Bytes -= delivery.Size;
        while (_running.Count < options.MaxInFlight && _waiting.TryDequeue(out var endpoint))
        {
            endpoint.IsWaiting = false;
            if (endpoint.CanStart)
            {
                StartOldest(endpoint, decisions);
            }

            if (endpoint.CanStart)
            {
                WaitForSlot(endpoint);
            }
        }
    }

    /// <summary>Gives back all that is ready for the endpoint.</summary>
    public void ReleaseReady(EndpointConcurrencyLimiter endpoint, SchedulerDecisions decisions)
    {
        endpoint.HasMore |= endpoint.Ready.Count > 0;
        Ready -= endpoint.Ready.Count;
        while (endpoint.Ready.TryDequeue(out var ready))
        {
            Bytes -= ready.Delivery.Size;
            decisions.Release.Add(ready.Delivery);
        }
    }

    /// <summary>Starts the oldest ready delivery. If that has waited too long, all that is ready is given back.</summary>
    private void StartOldest(EndpointConcurrencyLimiter endpoint, SchedulerDecisions decisions, long? addedAt = null)
    {
        if (endpoint.Ready.Peek().LeasedAt is var leasedAt && leasedAt != addedAt && IsStale(leasedAt))
        {
            ReleaseReady(endpoint, decisions);
            return;
        }

        Ready--;
        Start(endpoint.Ready.Dequeue().Delivery, endpoint, decisions);
    }

    private void Start(ClaimedDelivery delivery, EndpointConcurrencyLimiter endpoint, SchedulerDecisions decisions)
    {
        endpoint.StartAttempt();
        _running.Add(delivery.Id);
        decisions.Start.Add(delivery);
    }

    private void WaitForSlot(EndpointConcurrencyLimiter endpoint)
    {
        if (!endpoint.IsWaiting)
        {
            endpoint.IsWaiting = true;
            _waiting.Enqueue(endpoint);
        }
    }
}
