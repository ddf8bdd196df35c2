using System.Collections.Concurrent;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Console.Keys;

/// <summary>
/// Knows which keys were right lately, and writes when each was last used: together, every few seconds, and not for each call.
/// </summary>
internal sealed partial class KeyUsage(ApiKeyStore store, TimeProvider time, ILogger<KeyUsage> logger) : BackgroundService
{
    private const int MaxKnown = 10_000;
    private const int RoundsBetweenReads = 30;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _used = new();

    /// <summary>Whether a key with this hash (base64) was right, as far as is known here. Only the database says whether it is.</summary>
    public bool WasRight(string hash) => _known.ContainsKey(hash);

    public void WasWrong(string hash) => _known.TryRemove(hash, out _);

    public void Used(Guid id, string hash, DateTimeOffset at)
    {
        _used[id] = at;
        Know(hash);
    }

    /// <summary>A key that somebody was just given.</summary>
    public void Know(string hash)
    {
        if (_known.ContainsKey(hash))
        {
            return;
        }

        if (_known.Count >= MaxKnown)
        {
            _known.Clear();
        }

        _known[hash] = true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        var round = 0;
        do
        {
            await TryAsync(async () =>
            {
                // Those of other replicas too, so that their owners are not taken for guessers here.
                if (round++ % RoundsBetweenReads == 0)
                {
                    (await store.ReadHashesAsync(MaxKnown / 2, stoppingToken)).ForEach(hash => Know(Convert.ToBase64String(hash)));
                }

                await WriteAsync(stoppingToken);
            });
        }
        while (await WaitAsync(timer, stoppingToken));

        await TryAsync(() => WriteAsync(CancellationToken.None));
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var used = _used.ToArray();
        if (used.Length == 0)
        {
            return;
        }

        await store.SetLastUsedAsync(used, cancellationToken);
        foreach (var written in used)
        {
            // Unless it was used again meanwhile.
            _used.TryRemove(written);
        }
    }

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException)
        {
            // The service stops; what was not written is written at the end.
        }
        catch (Exception exception) when (Transience.IsTransient(exception))
        {
            Log.Away(logger, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database is away; when keys were last used is written later: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
