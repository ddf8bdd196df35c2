namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// Wakes this replica's worker when this replica has made work. What another one made is found by polling, which costs
/// less than a listening connection and a lock at every commit.
/// </summary>
internal sealed class WorkSignal
{
    private readonly SemaphoreSlim _signal = new(0);
    private int _set;
    private int _anywhere;

    /// <summary>There may be work at any endpoint.</summary>
    public void Set()
    {
        Volatile.Write(ref _anywhere, 1);
        Freed();
    }

    /// <summary>There is room again at an endpoint that is being called.</summary>
    public void Freed()
    {
        if (Interlocked.Exchange(ref _set, 1) == 0)
        {
            _signal.Release();
        }
    }

    /// <summary>Whether <see cref="Set"/> was called since the last time that this was asked.</summary>
    public bool TakeAnywhere() => Interlocked.Exchange(ref _anywhere, 0) == 1;

    /// <summary>Completes when set, and after <paramref name="limit"/> in any case.</summary>
    public async Task WaitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (await _signal.WaitAsync(limit, cancellationToken))
        {
            Volatile.Write(ref _set, 0);
        }
    }
}
