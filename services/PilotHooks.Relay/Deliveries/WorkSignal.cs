namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// Wakes this replica's worker when this replica has made work. What another one made is found by polling, which costs
/// less than a listening connection and a lock at every commit.
/// </summary>
internal sealed class WorkSignal
{
    private readonly SemaphoreSlim _signal = new(0);
    private int _set;

    public void Set()
    {
        if (Interlocked.Exchange(ref _set, 1) == 0)
        {
            _signal.Release();
        }
    }

    /// <summary>Completes when set, and after <paramref name="limit"/> in any case.</summary>
    public async Task WaitAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        if (await _signal.WaitAsync(limit, cancellationToken))
        {
            Volatile.Write(ref _set, 0);
        }
    }
}
