using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using PilotHooks.Ingress.Deduplication;
using PilotHooks.Ingress.Numbers;
using PilotHooks.Ingress.Publishing;
using PilotHooks.Ingress.Signatures;
using PilotHooks.Ingress.Sources;
using PilotHooks.Ingress.Spool;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>
/// Takes one event from a provider:
/// 1. find the source, 2. read the raw body, 3. check the signature over it, 4. keep to the source's rate,
/// 5. name the event and derive its id, 6. claim it, 7. find its number, 8. make it durable, 9. mark it done.
/// Nothing is answered 200 that neither a durable queue nor the spool holds.
/// </summary>
internal sealed partial class WebhookReceiver(
    SourceTable sources,
    RateLimiter limiter,
    EventLedger ledger,
    OwnPhones phones,
    EventPublisher publisher,
    EventSpool spool,
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
            return Reject(null, new Rejection(StatusCodes.Status404NotFound, "unknown-source", "No source of this name is configured."));
        }

        // 2. The body.
        if (!IsJson(context.Request))
        {
            return Reject(source, new Rejection(StatusCodes.Status415UnsupportedMediaType, "media-type", "The content type is to be application/json in UTF-8, not encoded."));
        }

        if (await WebhookBody.ReadAsync(context.Request) is not { } body)
        {
            return Reject(source, new Rejection(StatusCodes.Status413PayloadTooLarge, "too-large", $"The body is larger than {WebhookBody.MaxLength} bytes."));
        }

        // 3. The signature, before anything is made of the body.
        var signature = SignatureVerifier.Verify(source, Given(source, context.Request), body);
        if (signature != SignatureResult.Valid)
        {
            return Reject(source, new Rejection(StatusCodes.Status401Unauthorized, SignatureWords.Name(signature), SignatureWords.Detail(signature, source)));
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
            return Reject(source, rejection);
        }

        // 6. The claim.
        if (await ledger.ClaimAsync(parsed.EventId) == ClaimResult.Duplicate)
        {
            return Answer("duplicate", source, in parsed, started);
        }

        // 7. The number.
        var receivedAt = time.GetUtcNow();
        var occurredAt = parsed.OccurredAt ?? receivedAt;
        phones.Learn(in parsed, occurredAt);
        var numberId = parsed.NumberId ?? (parsed.Parties == default ? null : await phones.FindAsync(parsed.Parties));

        // 8. Durable: in the broker, else in the spool.
        var accepted = new AcceptedEvent(parsed.Kind, parsed.EventId, parsed.Name, source.Name, numberId, occurredAt, receivedAt, body);
        if (!await publisher.TryPublishAsync(accepted))
        {
            if (!await spool.TryPushAsync(accepted))
            {
                ledger.Release(parsed.EventId);
                context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
                return Reject(source, new Rejection(StatusCodes.Status503ServiceUnavailable, "unavailable", "The event could not be kept just now. Send it again."));
            }

            metrics.Spooled(source.Name);
        }

        // 9. Done.
        ledger.Complete(parsed.EventId);
        metrics.Accepted(source.Name, parsed.Kind);
        return Answer("accepted", source, in parsed, started);
    }

    private Results<Ok<WebhookAnswer>, ProblemHttpResult> Answer(string status, Source source, in ProviderEvent parsed, long started)
    {
        if (status == "duplicate")
        {
            metrics.Duplicate(source.Name);
        }

        var elapsed = time.GetElapsedTime(started);
        metrics.Acknowledged(source.Name, elapsed);
        if (logger.IsEnabled(LogLevel.Debug))
        {
            Log.Received(logger, status, parsed.Name, parsed.EventId, source.Name, parsed.NumberId, parsed.OccurredAt, elapsed.TotalMilliseconds);
        }

        return TypedResults.Ok(new WebhookAnswer(status, parsed.EventId));
    }

    private ProblemHttpResult Reject(Source? source, Rejection rejection)
    {
        metrics.Rejected(source?.Name ?? "(unknown)", rejection.Reason);
        Log.Rejected(logger, rejection.Status, rejection.Reason, source?.Name ?? "(unknown)");
        return Problems.Of(rejection.Status, rejection.Detail);
    }

    private static StringValues Given(Source source, HttpRequest request) => source.Authentication switch
    {
        SourceAuthentication.None => StringValues.Empty,
        SourceAuthentication.QueryToken => request.Query[source.TokenParameter],
        _ => request.Headers[source.HeaderName],
    };

    private static bool IsJson(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.Count > 0)
        {
            return false;
        }

        return request.ContentType is "application/json" or "application/json; charset=utf-8"
            || (MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
                && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase)));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "{Status} {Event} {EventId} from {Source}, number {NumberId}, occurred at {OccurredAt:O}, answered in {ElapsedMs:0.0} ms", SkipEnabledCheck = true)]
        public static partial void Received(ILogger logger, string status, string @event, Guid eventId, string source, string? numberId, DateTimeOffset? occurredAt, double elapsedMs);

        [LoggerMessage(LogLevel.Information, "Refused with {Status}: {Reason}, source {Source}")]
        public static partial void Rejected(ILogger logger, int status, string reason, string source);
    }
}
