using PilotHooks.Numbers.Changes;

namespace PilotHooks.Numbers.Numbers;

/// <summary>A number's uptime over some hours, cut into slots of equal length, as status pages draw it.</summary>
/// <param name="Hours">How many hours it covers.</param>
/// <param name="Share">The connected share, from 0 to 1, of the known part of exactly these hours; null if there is none.</param>
/// <param name="Disconnects">How many disconnects were reported in exactly these hours.</param>
/// <param name="SlotSeconds">How long a slot is.</param>
/// <param name="Until">The present moment, at which the last slot ends so far.</param>
/// <param name="Slots">
/// Oldest first. They begin at multiples of their length, so that they stay the same while the time goes on: the last one
/// is the present one.
/// </param>
internal sealed record UptimeStrip(int Hours, double? Share, int Disconnects, double SlotSeconds, DateTimeOffset Until, IReadOnlyList<UptimeSlot> Slots)
{
    /// <summary>Computes it from the turns within these hours, and the last ones before, oldest first.</summary>
    public static UptimeStrip Of(DateTimeOffset firstEventAt, IReadOnlyList<NumberTurn> turns, int hours, int slots, DateTimeOffset now)
    {
        var whole = Uptime.Between(firstEventAt, turns, [now.AddHours(-hours), now])[0];
        var length = TimeSpan.FromHours(hours) / slots;
        var last = new DateTimeOffset(now.UtcTicks / length.Ticks * length.Ticks, TimeSpan.Zero);
        DateTimeOffset[] bounds = [.. Enumerable.Range(0, slots).Select(slot => last - length * (slots - 1 - slot)), now];
        return new UptimeStrip(
            hours,
            whole.Share,
            whole.Disconnects,
            length.TotalSeconds,
            now,
            [.. Uptime.Between(firstEventAt, turns, bounds).Select((uptime, slot) => UptimeSlot.Of(bounds[slot], uptime))]);
    }
}

/// <summary>One slot of a strip.</summary>
/// <param name="At">When it begins.</param>
/// <param name="State">The worst that it held.</param>
/// <param name="Connected">The connected share, from 0 to 1, of its known part; null if there is none.</param>
/// <param name="Down">The disconnected share of its known part.</param>
/// <param name="Health">The worst health of its known part.</param>
/// <param name="Disconnects">How many disconnects were reported in it.</param>
internal sealed record UptimeSlot(DateTimeOffset At, string State, double? Connected, double? Down, string? Health, int Disconnects)
{
    public static UptimeSlot Of(DateTimeOffset at, Uptime uptime)
        => new(at, SlotStates.Of(uptime), uptime.Share, uptime.DownShare, uptime.Health, uptime.Disconnects);
}

/// <summary>What a slot is drawn as.</summary>
internal static class SlotStates
{
    /// <summary>Connected and healthy.</summary>
    public const string Connected = "connected";

    /// <summary>Not healthy for a part of it, and never disconnected.</summary>
    public const string Degraded = "degraded";

    /// <summary>Disconnected for a part of it.</summary>
    public const string Down = "down";

    /// <summary>The number was not known, removed, or not connected yet.</summary>
    public const string Unknown = "unknown";

    public static string Of(Uptime uptime) => uptime switch
    {
        { Down: var down } when down > TimeSpan.Zero => Down,
        { Health: not (null or NumberHealth.Healthy) } => Degraded,
        { Connected: var connected } when connected > TimeSpan.Zero => Connected,
        _ => Unknown,
    };
}
