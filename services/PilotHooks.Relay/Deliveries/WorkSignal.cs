namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// Wakes this replica's worker when this replica has made work. What another replica made is found by polling, which costs less
/// than a listening connection and a lock at every commit.
/// </summary>
internal sealed class WorkSignal
{
    private readonly SemaphoreSlim _signal = new(0);
    private int _isSignalled;
    private int _isDue;

    /// <summary>Deliveries may be due at any endpoint.</summary>
    public void SignalDue()
    {
        Volatile.Write(ref _isDue, 1);
        SignalCapacity();
    }

    /// <summary>There is capacity again for an endpoint that is being called.</summary>
    public void SignalCapacity()
    {
        if (Interlocked.Exchange(ref _isSignalled, 1) == 0)
        {
            _signal.Release();
        }
    }

    /// <summary>Whether <see cref="SignalDue"/> was called since this was asked last.</summary>
    public bool ConsumeDue() => Interlocked.Exchange(ref _isDue, 0) == 1;

    /// <summary>Completes when signalled, and after <paramref name="limit"/> in any case.</summary>
    public async Task WaitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (await _signal.WaitAsync(limit, cancellationToken))
        {
            Volatile.Write(ref _isSignalled, 0);
        }
    }
}
