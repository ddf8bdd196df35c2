using System.Net.Http.Headers;
using Microsoft.Extensions.Options;
using PilotHooks.Simulator.Events;

namespace PilotHooks.Simulator.Delivery;

/// <summary>Makes one attempt.</summary>
internal sealed class DeliveryClient(IOptions<SimulatorOptions> options, TimeProvider time) : IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly string? _platformSecret = options.Value.PlatformSecret?.Split(',', 2)[0].Trim();
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        // A provider sends no trace: that of an event begins with its post.
        ActivityHeadersPropagator = null,
    })
    {
        Timeout = TimeSpan.FromSeconds(15),
        MaxResponseContentBufferSize = 64 * 1024,
    };

    public void Dispose() => _http.Dispose();

    /// <summary>Also returns how long the receiver asks to be left alone.</summary>
    public async Task<(DeliveryOutcome Outcome, TimeSpan? RetryAfter, string? Reason)> AttemptAsync(Uri address, SimulatedEvent item, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(item.Body) };
        request.Content.Headers.ContentType = Json;
        request.Headers.UserAgent.ParseAdd("PilotHooks-Simulator");
        if (item.Sender is Sender.Platform && !string.IsNullOrEmpty(_platformSecret))
        {
            request.Headers.Add(PlatformSignature.Header, PlatformSignature.Of(item.Body, _platformSecret));
        }

        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            var outcome = DeliveryPolicy.Classify(response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
            return (outcome, RetryAfter(response.Headers.RetryAfter), $"status {(int)response.StatusCode}");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (DeliveryOutcome.Unavailable, null, exception.Message);
        }
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header) => header?.Delta ?? (header?.Date is { } date ? date - time.GetUtcNow() : null);
}
