using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.Console.Keys;
using PilotHooks.Console.Sessions;

namespace PilotHooks.Console.Live;

/// <summary><c>GET /live</c>: tells an open page when something happened that it shows.</summary>
internal static class LiveEndpoints
{
    private const string Update = "update";
    private const string Alive = "alive";
    private static readonly TimeSpan Reconnection = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>How often a stream looks whether its session goes on.</summary>
    private static readonly TimeSpan KeyCheckPause = TimeSpan.FromSeconds(1);

    public static void MapLive(this WebApplication app) => app.MapGet("/live", Watch).RequireAuthorization();

    /// <summary>
    /// <paramref name="topics"/>: beginnings of event names, with commas between; without any, all events.
    /// <paramref name="items"/>: whether to send the events themselves too.
    /// </summary>
    private static ServerSentEventsResult<LiveUpdate> Watch(
        HttpContext context, LiveFeed feed, SessionStore sessions, TimeProvider time, IHostApplicationLifetime lifetime, string? topics = null, bool items = false)
    {
        context.Response.Headers.CacheControl = "no-store";
        var wanted = (topics ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return TypedResults.ServerSentEvents(UpdatesAsync(context, feed, sessions, time, wanted, items, lifetime.ApplicationStopping, context.RequestAborted));
    }

    private static async IAsyncEnumerable<SseItem<LiveUpdate>> UpdatesAsync(
        HttpContext context, LiveFeed feed, SessionStore sessions, TimeProvider time, string[] topics, bool items, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var session = Session.Of(context.User)!;
        var watcher = new LiveWatcher(session.NumberId);
        using var watching = feed.Watch(watcher);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        var nothing = new LiveUpdate([], Items: null);
        yield return new SseItem<LiveUpdate>(nothing, Alive) { ReconnectionInterval = Reconnection };
        var saidAt = time.GetTimestamp();
        while (await IsNextAsync(watcher, time, ending.Token) is { } isNext && (await sessions.CheckAsync(session)).Result is KeyCheckResult.Accepted or KeyCheckResult.Undecided)
        {
            if (isNext && Collect(watcher, topics, items) is { Names.Count: > 0 } update)
            {
                yield return new SseItem<LiveUpdate>(update, Update);
                saidAt = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(saidAt) > Heartbeat)
            {
                yield return new SseItem<LiveUpdate>(nothing, Alive);
                saidAt = time.GetTimestamp();
            }
        }
    }

    /// <summary>Whether there are events, or only a while has passed; null at the end.</summary>
    private static async Task<bool?> IsNextAsync(LiveWatcher watcher, TimeProvider time, CancellationToken ending)
    {
        using var pause = new CancellationTokenSource(KeyCheckPause, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(pause.Token, ending);
        try
        {
            return await watcher.Batches.WaitToReadAsync(either.Token) ? true : null;
        }
        catch (OperationCanceledException)
        {
            return ending.IsCancellationRequested ? null : false;
        }
    }

    private static LiveUpdate Collect(LiveWatcher watcher, string[] topics, bool items)
    {
        var events = new List<LiveEvent>();
        while (watcher.Batches.TryRead(out var batch))
        {
            events.InsertRange(0, batch.Where(item => topics.Length == 0 || topics.Any(topic => item.Event.StartsWith(topic, StringComparison.Ordinal))));
        }

        var names = events.Select(item => item.Event).Distinct().ToList();
        if (watcher.TakeMissed())
        {
            names.Insert(0, "*");
        }

        return new LiveUpdate(names, items ? events : null);
    }
}
