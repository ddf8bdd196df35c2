using PilotHooks.Simulator.Delivery;

namespace PilotHooks.Simulator.Bursts;

/// <summary>A burst and how far it has got.</summary>
internal sealed class Burst(string id, int events, double rate, DateTimeOffset startedAt)
{
    private readonly Lock _gate = new();
    private int _sent;
    private int _accepted;
    private int _duplicates;
    private int _failed;
    private DateTimeOffset? _finishedAt;

    public string Id => id;

    public int Events => events;

    public double Rate => rate;

    public DateTimeOffset StartedAt => startedAt;

    public bool IsRunning => Read().FinishedAt is null;

    /// <summary>Events handed to the delivery.</summary>
    public int Sent => Volatile.Read(ref _sent);

    public void Begun() => Interlocked.Increment(ref _sent);

    public void Settled(DeliveryOutcome outcome, DateTimeOffset now)
    {
        lock (_gate)
        {
            _ = outcome switch
            {
                DeliveryOutcome.Accepted => _accepted++,
                DeliveryOutcome.Duplicate => _duplicates++,
                _ => _failed++,
            };
            if (_accepted + _duplicates + _failed == events)
            {
                _finishedAt = now;
            }
        }
    }

    /// <summary>All of it at one moment.</summary>
    public (int Accepted, int Duplicates, int Failed, DateTimeOffset? FinishedAt) Read()
    {
        lock (_gate)
        {
            return (_accepted, _duplicates, _failed, _finishedAt);
        }
    }
}
