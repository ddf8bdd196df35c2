using System.Globalization;

namespace PilotHooks.Benchmarks.Load;

/// <summary>
/// The exact account of a target: what was published, what it answered, and what every queue (or table) has seen of it.
/// A run whose account does not balance says nothing about speed.
/// </summary>
internal sealed class Ledger(string target)
{
    private const int CountBits = 28;
    private static int _targets;

    // Seconds of the start, a number of the target and a count: neither a run before nor another target has the same.
    private readonly long _key = (DateTimeOffset.UtcNow.ToUnixTimeSeconds() << 4) + (Interlocked.Increment(ref _targets) & 15);
    private readonly Dictionary<string, Sightings> _sightings = [];
    private readonly Dictionary<string, long> _counts = [];
    private long _published;
    private long _accepted;
    private long _duplicates;
    private long _refused;

    public long Published => Volatile.Read(ref _published);

    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Whether every place has seen every accepted event.</summary>
    public bool AllSeen => _sightings.Values.All(place => place.Distinct == Accepted);

    /// <summary>The sequence number of the next event.</summary>
    public long Next() => (_key << CountBits) + Interlocked.Increment(ref _published) - 1;

    public void Count(Answer answer) => Interlocked.Increment(ref answer == Answer.Accepted ? ref _accepted : ref answer == Answer.Duplicate ? ref _duplicates : ref _refused);

    /// <summary>Where every accepted event is to be seen, such as a queue.</summary>
    public Sightings Expect(string place) => _sightings.TryGetValue(place, out var sightings) ? sightings : _sightings[place] = new Sightings(_key, CountBits);

    /// <summary>Enters what was counted in a place that is looked at once, at the end, such as a table.</summary>
    public void Enter(string place, long count) => _counts[place] = count;

    /// <summary>What does not add up; empty if everything does.</summary>
    public IReadOnlyList<string> Faults()
        => [
            .. Published != _accepted ? [Text($"{target}: published {Published}, accepted {_accepted}, duplicates {_duplicates}, refused {_refused}")] : Array.Empty<string>(),
            .. _sightings.Where(place => place.Value.Distinct != _accepted).Select(place => Text($"{target}: accepted {_accepted}, seen in {place.Key} {place.Value.Distinct}")),
            .. _counts.Where(place => place.Value != _accepted).Select(place => Text($"{target}: accepted {_accepted}, counted in {place.Key} {place.Value}")),
        ];

    /// <summary>One line with every count.</summary>
    public override string ToString()
        => Text($"{target}: published {Published}, accepted {_accepted}") + string.Concat(_sightings.Select(place => Text($", {place.Key} {place.Value.Distinct} (redelivered {place.Value.Repeated})")))
            + string.Concat(_counts.Select(place => Text($", {place.Key} {place.Value}")));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Which events of a target have been seen in one place.</summary>
internal sealed class Sightings(long key, int countBits)
{
    private readonly Lock _gate = new();
    private ulong[] _seen = new ulong[1 << 14];
    private long _distinct;
    private long _repeated;

    public long Distinct => Volatile.Read(ref _distinct);

    public long Repeated => Volatile.Read(ref _repeated);

    /// <summary>Enters the event; false if it is of another target or another run.</summary>
    public bool TrySee(long sequence)
    {
        if (sequence >> countBits != key)
        {
            return false;
        }

        var index = sequence & ((1L << countBits) - 1);
        lock (_gate)
        {
            if (index >> 6 >= _seen.Length)
            {
                Array.Resize(ref _seen, (int)Math.Max(_seen.Length * 2, (index >> 6) + 1));
            }

            ref var word = ref _seen[index >> 6];
            var bit = 1UL << (int)(index & 63);
            if ((word & bit) == 0)
            {
                word |= bit;
                _distinct++;
            }
            else
            {
                _repeated++;
            }
        }

        return true;
    }
}
