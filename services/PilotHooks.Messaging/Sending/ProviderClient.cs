using System.Net.Mime;
using System.Text;
using Microsoft.Extensions.Options;
using PilotHooks.Messaging.Messages;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Text;
using Polly.Timeout;

namespace PilotHooks.Messaging.Sending;

/// <summary>Posts a message to the provider, and reads what it answers. When a send is tried again says <see cref="ProviderHttp"/>.</summary>
internal sealed class ProviderClient(IHttpClientFactory clients, IOptions<ProviderOptions> options, TimeProvider time)
{
    private const string Path = "v1/messages/send";
    private const string IdempotencyHeader = "Idempotency-Key";
    private const int MaxMessageLength = 500;

    /// <summary>Sends; never throws for what the network or the provider does.</summary>
    public async Task<SendOutcome> SendAsync(string body, string? idempotencyKey, CancellationToken cancellationToken)
    {
        try
        {
            using var request = Request(body, idempotencyKey);
            using var http = clients.CreateClient(ProviderHttp.Client);
            using var response = await http.SendAsync(request, cancellationToken);
            return await ReadAsync(response, cancellationToken);
        }
        catch (HttpRequestException exception) when (ProviderHttp.IsUnreachable(exception))
        {
            return new SendOutcome.Unreachable();
        }
        catch (HttpRequestException exception)
        {
            return new SendOutcome.Unknown(StatusCodes.Status502BadGateway, $"The connection to the provider broke ({exception.HttpRequestError}).");
        }
        catch (Exception exception) when (exception is TimeoutRejectedException or TaskCanceledException { InnerException: TimeoutException })
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

    private async Task<SendOutcome> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
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
            _ => new SendOutcome.Refused(status, code, message, ProviderHttp.RetryAfterOf(response)),
        };
    }

    private (string? Id, string? CorrelationId, string? Code, string? Message, DateTime? CreatedAt) Parse(byte[] body)
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
                message is null ? null : TextCut.Cut(message, MaxMessageLength),
                root.Time(time.GetUtcNow(), "createdAt") is { } createdAt ? EventTime.Of(createdAt) : null);
        }
        catch (System.Text.Json.JsonException)
        {
            return default;
        }
    }
}
