using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Options;
using PilotHooks.Relay.Endpoints;
using PilotHooks.Relay.Safety;
using PilotHooks.ServiceDefaults.Tracing;

namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// Makes one attempt: signs the body, posts it, and tells what came of it. An attempt has one more try where the relay knows
/// better than to call it failed: on a connection of its own, after one that was used before was lost without a byte of an
/// answer; and signed with the other secret of a rotation, after the endpoint refused the one that it accepted last.
/// </summary>
internal sealed class DeliverySender(SecretVault vault, AcceptedSecrets accepted, IOptions<RelayOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>For the body of an answer whose status has decided the attempt already.</summary>
    private static readonly TimeSpan MaxBodyTime = TimeSpan.FromSeconds(1);
    private static readonly ActivitySource Source = new("PilotHooks.Relay");

    /// <summary>One for each attempt under way: to make one anew, with its timer, costs more than to wind one up again.</summary>
    private readonly ObjectPool<CancellationTokenSource> _timeouts = new DefaultObjectPoolProvider { MaximumRetained = options.Value.MaxInFlight }.Create(new Timeouts(time));

    private readonly HttpMessageInvoker _http = new(GuardedConnector.CreateHandler(options.Value.AllowPrivateEndpoints, limits: TargetLimits.Of(options.Value)));
    private readonly HttpMessageInvoker _freshHttp = new(GuardedConnector.CreateHandler(options.Value.AllowPrivateEndpoints, reuse: false, TargetLimits.Of(options.Value)));

    /// <summary>Not to be cancelled: an attempt that began is finished within its time-out.</summary>
    public async Task<AttemptResult> SendAsync(ClaimedDelivery delivery, ReadOnlyMemory<byte> body)
    {
        using var activity = StartActivity(delivery);
        var startedAt = time.GetUtcNow();
        var start = time.GetTimestamp();
        var (status, response, retryAfter, error, isNewSecret) = ((int?)null, (string?)null, (TimeSpan?)null, (string?)null, (bool?)null);
        var timeout = _timeouts.Get();
        timeout.CancelAfter(options.Value.AttemptTimeout);
        try
        {
            (var answer, isNewSecret) = await PostAsync(delivery, body, startedAt, timeout.Token);
            using (answer)
            {
                status = (int)answer.StatusCode;
                retryAfter = answer.Headers.NonValidated.TryGetValues("Retry-After", out var values) ? RetryAfter.Longest(values, time.GetUtcNow()) : null;
                error = isNewSecret is not null && IsRefusal(status) ? AttemptErrors.RefusedWithBothSecrets : AttemptErrors.Of(status.Value);
                timeout.CancelAfter(Left(start) is var left && left < MaxBodyTime ? left : MaxBodyTime);
                response = await ResponseExcerpt.ReadAsync(answer.Content, timeout.Token);
            }
        }
        catch (OperationCanceledException)
        {
            error = string.Create(CultureInfo.InvariantCulture, $"No answer within {options.Value.AttemptTimeout.TotalSeconds:0.###} s.");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or UriFormatException)
        {
            error = AttemptErrors.Of(exception);
            activity?.SetTag("pilothooks.refused", (exception.InnerException as AddressRefusedException)?.Reason);
        }
        finally
        {
            _timeouts.Return(timeout);
        }

        var result = new AttemptResult(startedAt, time.GetElapsedTime(start), status, error, response, retryAfter);
        if (isNewSecret is { } isNew && result.Succeeded)
        {
            await accepted.RememberAsync(delivery.EndpointId, delivery.Target, isNew);
        }

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
        _freshHttp.Dispose();
        (_timeouts as IDisposable)?.Dispose();
    }

    /// <summary>A span of the event's own trace, hours later as well.</summary>
    private static Activity? StartActivity(ClaimedDelivery delivery)
    {
        ActivityContext.TryParse(delivery.TraceParent, null, isRemote: true, out var parent);
        // Whatever the worker's own activity is, this one belongs to the event.
        Activity.Current = null;
        // What no event brought, such as a test, is a trace of its own: a call outside of any would be none.
        var activity = Source.StartActivity("deliver", parent == default ? ActivityKind.Internal : ActivityKind.Client, parent);
        if (activity is { IsAllDataRequested: true })
        {
            activity.DisplayName = $"deliver {EventTrace.Label(delivery.Event)}";
            activity.SetTag("server.address", delivery.Target.Uri.Host);
            activity.SetTag("pilothooks.delivery.id", delivery.Id);
            activity.SetTag("pilothooks.endpoint.id", delivery.EndpointId);
            activity.SetTag("pilothooks.event.id", delivery.EventId);
            activity.SetTag("pilothooks.event", EventTrace.Label(delivery.Event));
            activity.SetTag("pilothooks.attempt", delivery.Step + 1);
        }

        return activity;
    }

    /// <summary>What a server answers that holds a signature for wrong.</summary>
    private static bool IsRefusal(int? status) => status is 400 or 401 or 403;

    /// <summary>Returns the answer. If it is that to a second secret, also whether this is the new one; null otherwise.</summary>
    private async Task<(HttpResponseMessage Answer, bool? IsNewSecret)> PostAsync(ClaimedDelivery delivery, ReadOnlyMemory<byte> body, DateTimeOffset startedAt, CancellationToken cancellationToken)
    {
        var secrets = delivery.Target.Secrets(vault);
        var request = new DeliveryRequest(delivery, body, secrets, startedAt);
        var isNewFirst = secrets.Length == 1 || delivery.Target.NewSecretAccepted;
        var answer = await PostAsync(request, isNewFirst ? secrets[0] : secrets[1], cancellationToken);
        if (secrets.Length == 1 || !request.HasHexSignature || !IsRefusal((int)answer.StatusCode))
        {
            return (answer, null);
        }

        answer.Dispose();
        return (await PostAsync(request, isNewFirst ? secrets[1] : secrets[0], cancellationToken), !isNewFirst);
    }

    private async Task<HttpResponseMessage> PostAsync(DeliveryRequest request, Secret secret, CancellationToken cancellationToken)
    {
        var connection = ConnectionUse.Begin();
        try
        {
            using var message = request.Sign(secret);
            return await _http.SendAsync(message, cancellationToken);
        }
        catch (HttpRequestException) when (connection.IsLost)
        {
            // The server closed it while the request was on its way.
        }

        using var again = request.Sign(secret);
        return await _freshHttp.SendAsync(again, cancellationToken);
    }

    /// <summary>Of the attempt's time-out.</summary>
    private TimeSpan Left(long start) => options.Value.AttemptTimeout - time.GetElapsedTime(start) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    private sealed class Timeouts(TimeProvider time) : PooledObjectPolicy<CancellationTokenSource>
    {
        public override CancellationTokenSource Create() => new(Timeout.InfiniteTimeSpan, time);

        /// <summary>One that has gone off is of no use any more.</summary>
        public override bool Return(CancellationTokenSource obj) => obj.TryReset();
    }
}
