using System.Globalization;
using PilotHooks.Console.Components.Api;
using PilotHooks.Console.ServiceCalls;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Live;

/// <summary>
/// Follows the newest events for the open pages: one reader of the archive for all of them, only while somebody watches.
/// Whatever goes wrong, it goes on.
/// </summary>
internal sealed partial class LiveFeed(ServiceClient client, TimeProvider time, ILogger<LiveFeed> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan IdlePause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxPauseAfterFailure = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FullReadPause = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _watched = new(0, 1);
    private LiveWatcher[] _watchers = [];

    /// <summary>Starts to tell the watcher about events of its number, or of all; ends when disposed.</summary>
    public IDisposable Watch(LiveWatcher watcher)
    {
        lock (_gate)
        {
            _watchers = [.. _watchers, watcher];
            if (_watchers.Length == 1 && _watched.CurrentCount == 0)
            {
                _watched.Release();
            }
        }

        return new Watching(this, watcher);
    }

    public override void Dispose()
    {
        _watched.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await _watched.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await FollowAsync(new EventTail(), stoppingToken);
        }
    }

    /// <summary>Until nobody watches any more.</summary>
    private async Task FollowAsync(EventTail tail, CancellationToken stoppingToken)
    {
        var (pause, isAway) = (Pause, false);
        while (Volatile.Read(ref _watchers) is { Length: > 0 } && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                var news = await ReadAsync(tail, stoppingToken);
                pause = news ? Pause : Min(pause * 1.25, IdlePause);
                isAway = false;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                if (!isAway)
                {
                    Log.Away(logger, exception.Message);
                }

                pause = isAway ? Min(pause * 2, MaxPauseAfterFailure) : IdlePause;
                isAway = true;
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Whether there was something new.</summary>
    private async Task<bool> ReadAsync(EventTail tail, CancellationToken stoppingToken)
    {
        using var timeout = new CancellationTokenSource(ReadTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stoppingToken);
        // Most reads ask for the last moments alone, and find little; a whole page now and then finds what was archived late.
        var since = tail.SinceOf(time.GetUtcNow(), FullReadPause)?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        var page = await client.ReadAsync<Page<LiveEvent>>("relay", Query.Of("/v1/events", ("limit", $"{EventTail.PageSize}"), ("since", since)), either.Token);
        var news = tail.Advance(page.Items, out var missed);
        if (news.Count == 0)
        {
            return false;
        }

        foreach (var watcher in Volatile.Read(ref _watchers))
        {
            watcher.Tell(news, missed);
        }

        return true;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private void Remove(LiveWatcher watcher)
    {
        lock (_gate)
        {
            _watchers = [.. _watchers.Where(other => other != watcher)];
        }
    }

    private sealed class Watching(LiveFeed feed, LiveWatcher watcher) : IDisposable
    {
        public void Dispose() => feed.Remove(watcher);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The events of the open pages cannot be followed for now: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
