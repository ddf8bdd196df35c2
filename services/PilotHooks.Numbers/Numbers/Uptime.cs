using PilotHooks.Numbers.Changes;

namespace PilotHooks.Numbers.Numbers;

/// <summary>A moment at which a number's state, its health or both began anew; null: as before.</summary>
internal readonly record struct NumberTurn(DateTimeOffset At, string? State, string? Health = null);

/// <summary>How a number fared in a stretch of time.</summary>
/// <param name="Known">How much of it the number was known: from its first event, and not while it was removed.</param>
/// <param name="Connected">How much of it the number was connected.</param>
/// <param name="Down">How much of it the number was disconnected; the rest of what is known it was not connected yet.</param>
/// <param name="Health">The worst of the known part; null if there is no such part.</param>
/// <param name="Disconnects">How many disconnects were reported, the first moment left out.</param>
internal readonly record struct Uptime(TimeSpan Known, TimeSpan Connected, TimeSpan Down, string? Health, int Disconnects)
{
    public static readonly TimeSpan Day = TimeSpan.FromHours(24);

    /// <summary>The connected share, from 0 to 1, of the known part; null if there is no such part.</summary>
    public double? Share => ShareOf(Connected);

    /// <summary>The disconnected share of the known part.</summary>
    public double? DownShare => ShareOf(Down);

    /// <summary>Of the 24 hours before <paramref name="now"/>.</summary>
    public static Uptime OfDay(DateTimeOffset firstEventAt, IReadOnlyList<NumberTurn> turns, DateTimeOffset now)
        => Between(firstEventAt, turns, [now - Day, now])[0];

    /// <summary>
    /// Of each stretch between two bounds that follow each other, from the turns in them and the last ones before,
    /// oldest first. What lies behind the last bound has not happened yet.
    /// </summary>
    public static IReadOnlyList<Uptime> Between(DateTimeOffset firstEventAt, IReadOnlyList<NumberTurn> turns, IReadOnlyList<DateTimeOffset> bounds)
    {
        // Until its first lifecycle event a number is what health events alone make it: created.
        var (state, health) = (NumberStates.Created, NumberHealth.Healthy);
        var stretches = new Uptime[bounds.Count - 1];
        var next = 0;
        for (var i = 0; i < stretches.Length; i++)
        {
            var (start, end) = (bounds[i], bounds[i + 1]);
            var uptime = default(Uptime);
            var from = firstEventAt > start ? firstEventAt : start;
            for (; next < turns.Count && turns[next].At <= end; next++)
            {
                var turn = turns[next];
                uptime = uptime.With(turn.At - from, state, health);
                from = turn.At > from ? turn.At : from;
                (state, health) = (turn.State ?? state, turn.Health ?? health);
                if (turn.State == NumberStates.Disconnected && turn.At > start)
                {
                    uptime = uptime with { Disconnects = uptime.Disconnects + 1 };
                }
            }

            stretches[i] = uptime.With(end - from, state, health);
        }

        return stretches;
    }

    private Uptime With(TimeSpan span, string state, string health) => span <= TimeSpan.Zero || state == NumberStates.Removed ? this : this with
    {
        Known = Known + span,
        Connected = state == NumberStates.Connected ? Connected + span : Connected,
        Down = state == NumberStates.Disconnected ? Down + span : Down,
        Health = Health is null || NumberHealth.Severity(health) > NumberHealth.Severity(Health) ? health : Health,
    };

    private double? ShareOf(TimeSpan part) => Known > TimeSpan.Zero ? part / Known : null;
}
