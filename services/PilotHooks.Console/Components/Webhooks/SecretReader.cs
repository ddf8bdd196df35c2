using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PilotHooks.Console.Components.Api;
using PilotHooks.Console.Forwarding;
using PilotHooks.Console.Sessions;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Components.Webhooks;

/// <summary>
/// Asks the relay for an endpoint's secret, by the way that only the console has. The relay shows a number's session only
/// the endpoints of its number, as in the API.
/// </summary>
internal sealed class SecretReader(IOptions<UpstreamOptions> services, IOptions<GatewayOptions> gateway, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly Upstream _relay = new("relay", services.Value.Relay.Http, time);
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(2),
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
    })
    {
        Timeout = Timeout,
    };

    public void Dispose() => _client.Dispose();

    public async Task<ApiResult<EndpointSecret>> ReadAsync(string id, Session session, CancellationToken cancellationToken)
    {
        foreach (var replica in _relay.Candidates())
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{replica.Authority}/internal/webhooks/{Uri.EscapeDataString(id)}/secret");
            request.Headers.Add(GatewayOptions.TokenHeader, gateway.Value.Token);
            if (session.NumberId is not null)
            {
                request.Headers.TryAddWithoutValidation(GatewayOptions.NumberHeader, session.NumberId);
            }

            try
            {
                using var answer = await _client.SendAsync(request, cancellationToken);
                return answer.StatusCode == HttpStatusCode.OK && await answer.Content.ReadFromJsonAsync<EndpointSecret>(ApiJson.Options, cancellationToken) is { } secret
                    ? new ApiResult<EndpointSecret>(secret, Problem: null)
                    : new ApiResult<EndpointSecret>(Value: null, new ApiProblem((int)answer.StatusCode, Detail: null));
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                _relay.Failed(replica);
            }
        }

        return new ApiResult<EndpointSecret>(Value: null, ApiProblem.NoAnswer);
    }
}

/// <summary>What signs an endpoint's deliveries. It goes into the one answer that it was asked for, and nowhere else.</summary>
internal sealed record EndpointSecret(string Secret)
{
    public override string ToString() => "(hidden)";
}
