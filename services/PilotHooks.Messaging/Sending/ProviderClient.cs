using System.Net;
using System.Net.Mime;
using System.Text;
using Microsoft.Extensions.Options;
using PilotHooks.Messaging.Messages;
using PilotHooks.ServiceDefaults.Bus;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace PilotHooks.Messaging.Sending;

/// <summary>
/// Posts a message to the provider. A time-out holds for each attempt and for all of them; a further attempt is made only
/// where the one before has certainly sent nothing: no connection, or an answer of 429 or 503. There is no circuit breaker:
/// a send is a person's or a program's own call, and its answer says what is wrong at once.
/// </summary>
internal sealed class ProviderClient(HttpClient http, IOptions<ProviderOptions> options, TimeProvider time)
{
    private const string Path = "v1/messages/send";
    private const string IdempotencyHeader = "Idempotency-Key";
    private const int MaxMessageLength = 500;

    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline = Pipeline(options.Value, time);

    /// <summary>Sends; never throws for what the network or the provider does.</summary>
    public async Task<SendOutcome> SendAsync(string body, string? idempotencyKey, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await _pipeline.ExecuteAsync(
                async token =>
                {
                    using var request = Request(body, idempotencyKey);
                    return await http.SendAsync(request, token);
                },
                cancellationToken);
            return await ReadAsync(response, cancellationToken);
        }
        catch (HttpRequestException exception) when (IsUnreachable(exception))
        {
            return new SendOutcome.Unreachable();
        }
        catch (HttpRequestException exception)
        {
            return new SendOutcome.Unknown(StatusCodes.Status502BadGateway, $"The connection to the provider broke ({exception.HttpRequestError}).");
        }
        catch (TimeoutRejectedException)
        {
            return new SendOutcome.Unknown(StatusCodes.Status504GatewayTimeout, "The provider did not answer in time.");
        }
    }

    private HttpRequestMessage Request(string body, string? idempotencyKey)
    {
        var provider = options.Value;
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri($"{provider.Url!.AbsoluteUri.TrimEnd('/')}/"), Path))
        {
            Content = new StringContent(body, Encoding.UTF8, MediaTypeNames.Application.Json),
        };
        if (provider.Key is not null)
        {
            request.Headers.TryAddWithoutValidation("x-api-key", provider.Key);
        }

        if (idempotencyKey is not null)
        {
            request.Headers.TryAddWithoutValidation(IdempotencyHeader, idempotencyKey);
        }

        return request;
    }

    private static ResiliencePipeline<HttpResponseMessage> Pipeline(ProviderOptions options, TimeProvider time)
    {
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }.AddTimeout(options.TotalTimeout);
        if (options.Retries > 0)
        {
            builder.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = options.Retries,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(250),
                UseJitter = true,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome switch
                {
                    { Exception: HttpRequestException exception } => IsUnreachable(exception),
                    { Result: { StatusCode: HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable } response }
                        => RetryAfter(response, time) is not { } delay || delay <= options.MaxRetryAfter,
                    _ => false,
                }),
                DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result is { } response ? RetryAfter(response, time) : null),
            });
        }

        return builder.AddTimeout(options.AttemptTimeout).Build();
    }

    private static bool IsUnreachable(HttpRequestException exception)
        => exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError;

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > time.GetUtcNow() ? date - time.GetUtcNow() : TimeSpan.Zero,
        _ => null,
    };

    private static async Task<SendOutcome> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var (id, correlationId, code, message, createdAt) = Parse(body);
        return status switch
        {
            >= 200 and < 300 when id is not null => new SendOutcome.Accepted(id, correlationId, createdAt),
            < 400 => new SendOutcome.Unknown(StatusCodes.Status502BadGateway, $"The provider answered {status} without a message id."),
            // Their senders stand in front of the provider and need not know what it did.
            502 or 504 => new SendOutcome.Unknown(status, $"The provider's gateway answered {status}."),
            _ => new SendOutcome.Refused(status, code, message),
        };
    }

    private static (string? Id, string? CorrelationId, string? Code, string? Message, DateTime? CreatedAt) Parse(byte[] body)
    {
        try
        {
            using var document = ProviderJson.Parse(body);
            var root = document.RootElement;
            var error = root.Object("error");
            var message = root.Text("message") ?? root.Text("detail") ?? error.Text("message") ?? root.Text("error");
            return (
                MessageKey.Bounded(root.Text("id")),
                MessageKey.Bounded(root.Text("correlationId")),
                root.Text("code") ?? root.Text("errorCode") ?? error.Text("code") ?? (root.Text("message") is null ? null : root.Text("error")),
                message?.Length > MaxMessageLength ? message[..MaxMessageLength] : message,
                root.Time("createdAt"));
        }
        catch (System.Text.Json.JsonException)
        {
            return default;
        }
    }
}
