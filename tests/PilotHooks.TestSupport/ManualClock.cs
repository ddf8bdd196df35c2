namespace PilotHooks.TestSupport;

/// <summary>A clock whose timestamps move only when a test moves them.</summary>
public sealed class ManualClock : TimeProvider
{
    /// <summary>Not zero, which stands for never.</summary>
    private long _ticks = 1;

    /// <inheritdoc />
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc />
    public override long GetTimestamp() => _ticks;

    /// <summary>Moves it on.</summary>
    public void Advance(TimeSpan by) => _ticks += by.Ticks;
}
