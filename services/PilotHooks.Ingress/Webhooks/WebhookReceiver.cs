using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.Ingress.Deduplication;
using PilotHooks.Ingress.Publishing;
using PilotHooks.Ingress.Refusals;
using PilotHooks.Ingress.Sources;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Tracing;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>
/// Takes one event from a provider:
/// 1. find the source, 2. read the raw body of whoever has its token, 3. check the signature over it, 4. keep to the source's rate,
/// 5. name the event and derive its id, 6. claim it, 7. find its number, 8. make it durable, 9. mark it done.
/// Nothing is answered 200 that neither a durable queue nor the spool holds.
/// </summary>
internal sealed partial class WebhookReceiver(
    SourceTable sources,
    RequestReader reader,
    UnverifiedBodies unverified,
    RateLimiter limiter,
    EventLedger ledger,
    EventAcceptor acceptor,
    RefusalLog refusals,
    IngressMetrics metrics,
    TimeProvider time,
    ILogger<WebhookReceiver> logger)
{
    /// <summary>When to come again after a 503: by then a broker that only restarts is back.</summary>
    private const int RetryAfterSeconds = 5;

    public async Task<Results<Ok<WebhookAnswer>, ProblemHttpResult>> ReceiveAsync(string sourceName, HttpContext context)
    {
        var started = time.GetTimestamp();

        // 1. The source.
        if (sources.Find(sourceName) is not { } source)
        {
            return await RefuseAsync(sourceName, null, context.Request, null, new Rejection(StatusCodes.Status404NotFound, "unknown-source", "No source of this name is configured."));
        }

        Name(context, source);

        // 2. The body, and 3. its signature.
        using var share = new BodyShare(unverified);
        var read = await reader.ReadAsync(source, context.Request, share);
        if (read.IsRefused(out var body, out var refusal))
        {
            return refusal.Status is StatusCodes.Status408RequestTimeout or StatusCodes.Status503ServiceUnavailable
                ? RejectUnread(context, source, refusal)
                : await RefuseAsync(sourceName, source, context.Request, read.Body, refusal);
        }

        // 4. The rate, after the signature: strangers do not use up what is the provider's.
        if (source.RateLimit is not null && await limiter.AcquireAsync(source) is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return Reject(source, new Rejection(StatusCodes.Status429TooManyRequests, "rate-limit", $"This source is limited to {source.RateLimit} requests per second."));
        }

        // 5. The event.
        if (EventParser.Parse(source, body, out var parsed) is { } rejection)
        {
            return await RefuseAsync(sourceName, source, context.Request, body, rejection);
        }

        Name(context, source, in parsed);

        // 6. The claim.
        var claim = await ledger.ClaimAsync(parsed.EventId, parsed.FormerEventId);
        if (claim is ClaimResult.Duplicate or ClaimResult.FormerDuplicate)
        {
            return Answer("duplicate", claim == ClaimResult.Duplicate ? parsed.EventId : parsed.FormerEventId, source, in parsed, started);
        }

        // 7. Its number, and 8. durable: in the broker, else in the spool.
        if (!await acceptor.TryAcceptAsync(source, parsed, body, time.GetUtcNow()))
        {
            ledger.Release(parsed.EventId);
            return RejectForNow(context, source, new Rejection(StatusCodes.Status503ServiceUnavailable, "unavailable", "The event could not be kept just now. Send it again."));
        }

        // 9. Done.
        ledger.Complete(parsed.EventId);
        metrics.Accepted(source.Name, parsed.Kind);
        if (parsed.Unrecognized is { } reason)
        {
            metrics.Unrecognized(source.Name, reason);
            Log.Unrecognized(logger, parsed.EventId, reason, source.Name);
        }

        return Answer("accepted", parsed.EventId, source, in parsed, started);
    }

    private Results<Ok<WebhookAnswer>, ProblemHttpResult> Answer(string status, Guid eventId, Source source, in ProviderEvent parsed, long started)
    {
        if (status == "duplicate")
        {
            metrics.Duplicate(source.Name);
        }

        var elapsed = time.GetElapsedTime(started);
        metrics.Acknowledged(source.Name, elapsed);
        if (logger.IsEnabled(LogLevel.Debug))
        {
            Log.Received(logger, status, EventTrace.Label(parsed.Name), eventId, source.Name, parsed.OccurredAt, elapsed.TotalMilliseconds);
        }

        return TypedResults.Ok(new WebhookAnswer(status, eventId, parsed.Unrecognized is null ? null : false));
    }

    /// <summary>Refuses what may have been refused by mistake: it is kept for a while.</summary>
    private async Task<ProblemHttpResult> RefuseAsync(string name, Source? source, HttpRequest request, byte[]? body, Rejection rejection)
    {
        await refusals.AddAsync(name, source, rejection, request, body);
        return Reject(source, rejection);
    }

    /// <summary>Refuses what was not read to its end: nothing more is read of this connection.</summary>
    private ProblemHttpResult RejectUnread(HttpContext context, Source source, Rejection rejection)
    {
        context.Response.Headers.Connection = "close";
        return RejectForNow(context, source, rejection);
    }

    private ProblemHttpResult RejectForNow(HttpContext context, Source source, Rejection rejection)
    {
        if (rejection.Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        }

        return Reject(source, rejection);
    }

    private ProblemHttpResult Reject(Source? source, Rejection rejection)
    {
        metrics.Rejected(source?.Name ?? IngressMetrics.UnknownSource, rejection.Reason);
        Activity.Current?.SetTag("pilothooks.refused", rejection.Reason);
        Log.Rejected(logger, rejection.Status, rejection.Reason, source?.Name ?? IngressMetrics.UnknownSource);
        return Problems.Of(rejection.Status, rejection.Detail);
    }

    /// <summary>A trace is known by the route and the event that it begins with.</summary>
    private static void Name(HttpContext context, Source source)
    {
        if (context.IsTraced())
        {
            context.NameRequest($"/hooks/{source.Name}");
        }
    }

    private static void Name(HttpContext context, Source source, in ProviderEvent parsed)
    {
        if (context.IsTraced())
        {
            context.NameRequest($"/hooks/{source.Name} {EventTrace.Label(parsed.Name)}");
            Activity.Current?.SetTag("pilothooks.event.id", parsed.EventId);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "{Status} {Event} {EventId} from {Source}, occurred at {OccurredAt:O}, answered in {ElapsedMs:0.0} ms", SkipEnabledCheck = true)]
        public static partial void Received(ILogger logger, string status, string @event, Guid eventId, string source, DateTimeOffset? occurredAt, double elapsedMs);

        [LoggerMessage(LogLevel.Information, "Event {EventId} of source {Source} is not recognized: {Reason}. It is kept and relayed")]
        public static partial void Unrecognized(ILogger logger, Guid eventId, string reason, string source);

        [LoggerMessage(LogLevel.Information, "Refused with {Status}: {Reason}, source {Source}")]
        public static partial void Rejected(ILogger logger, int status, string reason, string source);
    }
}
