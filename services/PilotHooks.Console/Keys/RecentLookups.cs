using System.Collections.Concurrent;

namespace PilotHooks.Console.Keys;

/// <summary>
/// Remembers what the database said for less than half a second, counted from before it was asked: what is removed on one
/// replica is refused on every other within a second, without any of them being told. Nothing answers for longer than 2 s.
/// </summary>
internal sealed class RecentLookups<T>(TimeProvider time)
{
    private const int MaxRemembered = 10_000;
    private static readonly TimeSpan RememberFor = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan LookupTimeout = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Lookup> _recent = new(StringComparer.Ordinal);

    public Task<T> GetAsync(string name, Func<CancellationToken, Task<T>> find)
    {
        if (_recent.TryGetValue(name, out var recent) && time.GetElapsedTime(recent.StartedAt) < RememberFor)
        {
            return recent.Found;
        }

        if (_recent.Count >= MaxRemembered)
        {
            _recent.Clear();
        }

        var lookup = new Lookup(time.GetTimestamp(), FindAsync(find));
        _recent[name] = lookup;
        return lookup.Found;
    }

    /// <summary>The next one asks the database again.</summary>
    public void Forget(string name) => _recent.TryRemove(name, out _);

    /// <summary>Shared by the calls that wait for it, so no single call's end cancels it.</summary>
    private async Task<T> FindAsync(Func<CancellationToken, Task<T>> find)
    {
        using var timeout = new CancellationTokenSource(LookupTimeout, time);
        return await find(timeout.Token);
    }

    private sealed record Lookup(long StartedAt, Task<T> Found);
}
