using System.Net;
using System.Text.Json;
using PilotHooks.Console.Components.Api;
using PilotHooks.Console.ServiceCalls;
using PilotHooks.Console.Sessions;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Components.Webhooks;

/// <summary>
/// Asks the relay for an endpoint's secret, by the way that only the console has. The relay shows a number's session only
/// the endpoints of its number, as in the API.
/// </summary>
internal sealed class SecretReader(ServiceClient client, TimeProvider time)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public async Task<ApiResult<EndpointSecret>> ReadAsync(string id, Session session, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var answer = await client.GetAsync("relay", $"/internal/webhooks/{Uri.EscapeDataString(id)}/secret", session.NumberId, either.Token);
            return answer.StatusCode == HttpStatusCode.OK && await answer.Content.ReadFromJsonAsync<EndpointSecret>(ApiJson.Options, either.Token) is { } secret
                ? new ApiResult<EndpointSecret>(secret, Problem: null)
                : new ApiResult<EndpointSecret>(Value: null, new ApiProblem((int)answer.StatusCode, Detail: null));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new ApiResult<EndpointSecret>(Value: null, ApiProblem.NoAnswer);
        }
    }
}

/// <summary>What signs an endpoint's deliveries. It goes into the one answer that it was asked for, and nowhere else.</summary>
internal sealed record EndpointSecret(string Secret)
{
    public override string ToString() => "(hidden)";
}
