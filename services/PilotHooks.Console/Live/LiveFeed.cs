using PilotHooks.Console.Components.Api;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Live;

/// <summary>
/// Follows the newest events of the API for the open pages: one reader for all that see the same events (a number's, or
/// all), and only while somebody watches.
/// </summary>
internal sealed partial class LiveFeed(LoopbackApi api, TimeProvider time, ILogger<LiveFeed> logger)
{
    private const string AllNumbers = "";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(2);
    private static readonly string ArchivePath = Query.Of("/v1/events", ("limit", $"{EventTail.PageSize}"));

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<LiveWatcher>> _watchers = new(StringComparer.Ordinal);

    /// <summary>Starts to tell the watcher about events of this number, or of all; ends when disposed.</summary>
    public IDisposable Watch(string? numberId, LiveWatcher watcher)
    {
        var scope = numberId ?? AllNumbers;
        lock (_gate)
        {
            if (_watchers.TryGetValue(scope, out var others))
            {
                others.Add(watcher);
            }
            else
            {
                _watchers[scope] = [watcher];
                _ = FollowAsync(scope);
            }
        }

        return new Watching(this, scope, watcher);
    }

    private async Task FollowAsync(string scope)
    {
        var tail = new EventTail();
        var isAway = false;
        // Not in the caller's turn.
        await Task.Yield();
        while (Watchers(scope) is { } watchers)
        {
            var answer = await api.SendAsync<Page<LiveEvent>>(HttpMethod.Get, ArchivePath, body: null, watchers[0].Cookies, requestToken: null, CancellationToken.None);
            if (answer.IsOk)
            {
                Tell(watchers, tail.Advance(answer.Value.Items, out var missed), missed);
            }
            else if (answer.Problem.Status == StatusCodes.Status401Unauthorized)
            {
                watchers[0].End();
                Remove(scope, watchers[0]);
                continue;
            }
            else if (!isAway)
            {
                Log.Away(logger, answer.Problem.Status);
            }

            isAway = !answer.IsOk;
            await Task.Delay(isAway ? PauseAfterFailure : Pause, time);
        }
    }

    private static void Tell(IReadOnlyList<LiveWatcher> watchers, IReadOnlyList<LiveEvent> news, bool missed)
    {
        if (news.Count == 0)
        {
            return;
        }

        foreach (var watcher in watchers)
        {
            if (missed)
            {
                watcher.Miss();
            }

            watcher.Tell(news);
        }
    }

    /// <summary>Those of now; with none left the follower ends, and the next watcher starts another.</summary>
    private List<LiveWatcher>? Watchers(string scope)
    {
        lock (_gate)
        {
            if (_watchers[scope] is { Count: > 0 } watchers)
            {
                return [.. watchers];
            }

            _watchers.Remove(scope);
            return null;
        }
    }

    private void Remove(string scope, LiveWatcher watcher)
    {
        lock (_gate)
        {
            if (_watchers.TryGetValue(scope, out var watchers))
            {
                watchers.Remove(watcher);
            }
        }
    }

    private sealed class Watching(LiveFeed feed, string scope, LiveWatcher watcher) : IDisposable
    {
        public void Dispose() => feed.Remove(scope, watcher);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The events of the open pages cannot be followed for now; the API answered {Status}")]
        public static partial void Away(ILogger logger, int status);
    }
}
