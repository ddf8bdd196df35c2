using PilotHooks.Numbers.Changes;

namespace PilotHooks.Numbers.Numbers;

/// <summary>A state and the moment at which it began.</summary>
internal readonly record struct StateBegin(DateTimeOffset At, string State);

/// <summary>How a number fared in the last 24 hours.</summary>
/// <param name="Disconnects">How many disconnects were reported.</param>
/// <param name="Share">
/// The connected share, from 0 to 1, of the part of the 24 hours in which the number was known: from its first event,
/// and not while it was removed. Null if there is no such part.
/// </param>
internal readonly record struct Uptime(int Disconnects, double? Share)
{
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    /// <summary>
    /// Computes it at <paramref name="now"/> from the states that began in the window, and the last one before it,
    /// oldest first. What lies in the future has not happened yet.
    /// </summary>
    public static Uptime Of(DateTimeOffset firstEventAt, IEnumerable<StateBegin> states, DateTimeOffset now)
    {
        var windowStart = now - Window;
        // Until its first lifecycle event a number is what health events alone make it: created.
        var state = NumberStates.Created;
        var from = Later(firstEventAt, windowStart);
        TimeSpan known = TimeSpan.Zero, connected = TimeSpan.Zero;
        var disconnects = 0;
        foreach (var begin in states.TakeWhile(begin => begin.At <= now))
        {
            Add(begin.At);
            state = begin.State;
            if (state == NumberStates.Disconnected && begin.At > windowStart)
            {
                disconnects++;
            }
        }

        Add(now);
        return new Uptime(disconnects, known > TimeSpan.Zero ? connected / known : null);

        void Add(DateTimeOffset until)
        {
            if (until <= from)
            {
                return;
            }

            var span = until - from;
            known += state == NumberStates.Removed ? TimeSpan.Zero : span;
            connected += state == NumberStates.Connected ? span : TimeSpan.Zero;
            from = until;
        }
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
