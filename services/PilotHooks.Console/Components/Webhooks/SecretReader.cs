using System.Net;
using System.Text.Json;
using PilotHooks.Console.Audit;
using PilotHooks.Console.Components.Api;
using PilotHooks.Console.ServiceCalls;
using PilotHooks.Console.Sessions;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Components.Webhooks;

/// <summary>
/// Asks the relay for an endpoint's secret, by the way that only the console has. The relay shows a number's session only
/// the endpoints of its number, as in the API. What the audit could not record is not shown.
/// </summary>
internal sealed class SecretReader(ServiceClient client, AuditStore audit, TimeProvider time)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public async Task<ApiResult<EndpointSecret>> ReadAsync(string id, Session session, CancellationToken cancellationToken)
    {
        // Whoever has the secret can sign as we do, which is more than reading.
        if (session.Caller is not { ReadsOnly: false } caller)
        {
            return new ApiResult<EndpointSecret>(Value: null, new ApiProblem(StatusCodes.Status403Forbidden, Caller.MayOnlyRead));
        }

        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var answer = await client.GetAsync("relay", $"/internal/webhooks/{Uri.EscapeDataString(id)}/secret", caller, either.Token);
            if (answer.StatusCode != HttpStatusCode.OK || await answer.Content.ReadFromJsonAsync<EndpointSecret>(ApiJson.Options, either.Token) is not { } secret)
            {
                return new ApiResult<EndpointSecret>(Value: null, new ApiProblem((int)answer.StatusCode, Detail: null));
            }

            await audit.AddAsync(caller.KeyId, "secret.shown", id, after: null, either.Token);
            return new ApiResult<EndpointSecret>(secret, Problem: null);
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
