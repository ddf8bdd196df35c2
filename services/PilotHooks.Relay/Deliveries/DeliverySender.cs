using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Options;
using PilotHooks.Relay.Endpoints;
using PilotHooks.Relay.Safety;

namespace PilotHooks.Relay.Deliveries;

/// <summary>Makes one attempt: signs the body, posts it, and tells what came of it.</summary>
internal sealed class DeliverySender(SecretVault vault, IOptions<RelayOptions> options, TimeProvider time) : IDisposable
{
    private const int KeptResponseBytes = 4096;
    private static readonly ActivitySource Source = new("PilotHooks.Relay");

    /// <summary>One for each attempt under way: to make one anew, with its timer, costs more than to wind one up again.</summary>
    private readonly ObjectPool<CancellationTokenSource> _timeouts = new DefaultObjectPoolProvider { MaximumRetained = options.Value.MaxInFlight }.Create(new Timeouts(time));

    private readonly HttpMessageInvoker _http = new(GuardedConnector.CreateHandler(options.Value.AllowPrivateEndpoints));

    /// <summary>Not to be cancelled: an attempt that began is finished within its time-out.</summary>
    public async Task<AttemptResult> SendAsync(ClaimedDelivery delivery, ReadOnlyMemory<byte> body)
    {
        using var activity = StartActivity(delivery);
        var startedAt = time.GetUtcNow();
        var start = time.GetTimestamp();
        var (status, response, retryAfter, error) = ((int?)null, (string?)null, (TimeSpan?)null, (string?)null);
        var timeout = _timeouts.Get();
        timeout.CancelAfter(options.Value.AttemptTimeout);
        try
        {
            using var request = CreateRequest(delivery, body, startedAt);
            using var answer = await _http.SendAsync(request, timeout.Token);
            (status, retryAfter) = ((int)answer.StatusCode, RetryAfter(answer, startedAt));
            response = await ReadAsync(answer.Content, timeout.Token);
            error = status is >= 300 and < 400 ? "Redirects are not followed." : null;
        }
        catch (OperationCanceledException)
        {
            error = string.Create(CultureInfo.InvariantCulture, $"No complete answer within {options.Value.AttemptTimeout.TotalSeconds:0.###} s.");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or UriFormatException)
        {
            error = Describe(exception);
        }
        finally
        {
            _timeouts.Return(timeout);
        }

        var result = new AttemptResult(startedAt, time.GetElapsedTime(start), status, error, response, retryAfter);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("http.response.status_code", status);
            activity.SetStatus(result.Succeeded ? ActivityStatusCode.Ok : ActivityStatusCode.Error, error);
        }

        return result;
    }

    public void Dispose()
    {
        _http.Dispose();
        (_timeouts as IDisposable)?.Dispose();
    }

    /// <summary>A span of the event's own trace, hours later as well.</summary>
    private static Activity? StartActivity(ClaimedDelivery delivery)
    {
        ActivityContext.TryParse(delivery.TraceParent, null, isRemote: true, out var parent);
        // Whatever the worker's own activity is, this one belongs to the event.
        Activity.Current = null;
        var activity = Source.StartActivity("deliver", ActivityKind.Producer, parent);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("pilothooks.delivery.id", delivery.Id);
            activity.SetTag("pilothooks.endpoint.id", delivery.EndpointId);
            activity.SetTag("pilothooks.event.id", delivery.EventId);
            activity.SetTag("pilothooks.event", delivery.Event);
            activity.SetTag("pilothooks.attempt", delivery.Step + 1);
        }

        return activity;
    }

    private HttpRequestMessage CreateRequest(ClaimedDelivery delivery, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, delivery.Target.Uri) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        var headers = request.Headers;
        headers.TryAddWithoutValidation("User-Agent", "PilotHooks");
        // The trace is to reach the subscriber in any case.
        if ((Activity.Current?.Id ?? delivery.TraceParent) is { } traceParent)
        {
            headers.TryAddWithoutValidation("traceparent", traceParent);
        }

        var secrets = delivery.Target.Secrets(vault);
        if (delivery.Target.Signature != SignatureModes.Standard)
        {
            headers.TryAddWithoutValidation("X-Webhook-Signature", WebhookSigner.Hex(secrets, body.Span));
        }

        if (delivery.Target.Signature != SignatureModes.Hex)
        {
            var (id, timestamp) = (delivery.EventId.ToString(), now.ToUnixTimeSeconds());
            headers.TryAddWithoutValidation("webhook-id", id);
            headers.TryAddWithoutValidation("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
            headers.TryAddWithoutValidation("webhook-signature", WebhookSigner.Standard(secrets, id, timestamp, body.Span));
        }

        return request;
    }

    private static async Task<string?> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength == 0)
        {
            return null;
        }

        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        var kept = ArrayPool<byte>.Shared.Rent(KeptResponseBytes);
        try
        {
            var length = await stream.ReadAtLeastAsync(kept.AsMemory(0, KeptResponseBytes), KeptResponseBytes, throwOnEndOfStream: false, cancellationToken);
            // PostgreSQL's text holds no NUL.
            return length == 0 ? null : Encoding.UTF8.GetString(kept.AsSpan(0, length)).Replace('\0', '\uFFFD');
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(kept);
        }
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage answer, DateTimeOffset now)
        => answer.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - now : null;

    /// <summary>Words without the subscriber's URL, whose path or query may be a secret.</summary>
    private static string Describe(Exception exception) => exception switch
    {
        HttpRequestException { InnerException: AddressRefusedException refused } => refused.Message,
        AddressRefusedException => exception.Message,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "The name could not be resolved.",
        HttpRequestException { InnerException: System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.HostNotFound or System.Net.Sockets.SocketError.NoData or System.Net.Sockets.SocketError.TryAgain } } => "The name could not be resolved.",
        HttpRequestException { InnerException: System.Net.Sockets.SocketException socket } => $"No connection: {socket.SocketErrorCode}.",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "No secure connection: the TLS handshake or the certificate failed.",
        HttpRequestException { HttpRequestError: var kind } => $"The exchange broke off: {kind}.",
        HttpIOException { HttpRequestError: var kind } => $"The exchange broke off: {kind}.",
        _ => $"The exchange broke off: {exception.GetType().Name}.",
    };

    private sealed class Timeouts(TimeProvider time) : PooledObjectPolicy<CancellationTokenSource>
    {
        public override CancellationTokenSource Create() => new(Timeout.InfiniteTimeSpan, time);

        /// <summary>One that has gone off is of no use any more.</summary>
        public override bool Return(CancellationTokenSource obj) => obj.TryReset();
    }
}
