namespace PilotHooks.Ingress.Spool;

/// <summary>How much may wait while the broker is away.</summary>
internal sealed class SpoolOptions
{
    public const string Section = "Spool";

    /// <summary>Events that may wait; the next one is answered 503, and the provider keeps it.</summary>
    public int MaxEntries { get; set; } = 1_000_000;

    /// <summary>Bytes that may wait. They are the memory of Redis.</summary>
    public long MaxBytes { get; set; } = 512L * 1024 * 1024;

    /// <summary>How many events are on their way back to the broker at once.</summary>
    public int DrainBatch { get; set; } = 64;

    /// <summary>
    /// How long an event on its way back waits for the broker's confirmation. Nobody waits for an answer meanwhile, and a
    /// broker that has just started may need longer to declare the queues than a provider would wait: given up each time,
    /// the declaration would begin anew each time.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long entries that nobody can read are kept, counted from the last of them.</summary>
    public TimeSpan KeepUnreadable { get; set; } = TimeSpan.FromDays(30);
}
