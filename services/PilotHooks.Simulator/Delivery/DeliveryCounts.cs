using System.Collections.Concurrent;

namespace PilotHooks.Simulator.Delivery;

/// <summary>What has gone to the ingress so far.</summary>
internal sealed class DeliveryCounts
{
    private readonly ConcurrentDictionary<string, long> _accepted = new();
    private long _sent;
    private long _duplicates;
    private long _failures;
    private long _givenUp;

    /// <summary>Deliveries begun; an event sent twice counts twice.</summary>
    public long Sent => Volatile.Read(ref _sent);

    public long Accepted => _accepted.Values.Sum();

    /// <summary>Deliveries that the ingress called duplicates.</summary>
    public long Duplicates => Volatile.Read(ref _duplicates);

    /// <summary>Attempts that failed and were, or will be, repeated.</summary>
    public long Failures => Volatile.Read(ref _failures);

    /// <summary>Deliveries that the ingress refused for good.</summary>
    public long GivenUp => Volatile.Read(ref _givenUp);

    public IReadOnlyDictionary<string, long> AcceptedByEvent => new SortedDictionary<string, long>(_accepted, StringComparer.Ordinal);

    public void Begun() => Interlocked.Increment(ref _sent);

    public void Failed() => Interlocked.Increment(ref _failures);

    public void Settled(string name, DeliveryOutcome outcome)
    {
        switch (outcome)
        {
            case DeliveryOutcome.Accepted:
                _accepted.AddOrUpdate(name, 1, (_, count) => count + 1);
                break;
            case DeliveryOutcome.Duplicate:
                Interlocked.Increment(ref _duplicates);
                break;
            default:
                Interlocked.Increment(ref _givenUp);
                break;
        }
    }
}
