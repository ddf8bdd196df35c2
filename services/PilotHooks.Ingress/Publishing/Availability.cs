namespace PilotHooks.Ingress.Publishing;

/// <summary>
/// Remembers for a moment that a server is away, so that not every request waits to find out: while it is, one caller per
/// <paramref name="pause"/> may try again, and the first success lets everyone in.
/// </summary>
internal sealed class Availability(TimeProvider time, TimeSpan pause)
{
    private const long Available = 0;

    private readonly long _pause = (long)(pause.TotalSeconds * time.TimestampFrequency);
    private long _retryAt = Available;

    /// <summary>Whether the server answered when it was last asked.</summary>
    public bool IsAvailable => Volatile.Read(ref _retryAt) == Available;

    /// <summary>Whether to ask the server now.</summary>
    public bool TryEnter()
    {
        var retryAt = Volatile.Read(ref _retryAt);
        if (retryAt == Available)
        {
            return true;
        }

        var now = time.GetTimestamp();
        return now >= retryAt && Interlocked.CompareExchange(ref _retryAt, now + _pause, retryAt) == retryAt;
    }

    public void Succeeded()
    {
        if (!IsAvailable)
        {
            Volatile.Write(ref _retryAt, Available);
        }
    }

    public void Failed() => Volatile.Write(ref _retryAt, time.GetTimestamp() + _pause);
}
