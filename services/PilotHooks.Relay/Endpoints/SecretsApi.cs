using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Relay.Endpoints;

/// <summary><c>/internal/webhooks/{id}/secret</c>: what the console shows on demand, and no call of the API does.</summary>
internal static class SecretsApi
{
    public static void MapSecrets(this IEndpointRouteBuilder console) => console.MapGet("/webhooks/{id}/secret", GetAsync);

    private static async Task<Results<Ok<EndpointSecret>, ProblemHttpResult>> GetAsync(string id, HttpResponse response, Caller caller, EndpointStore endpoints, CancellationToken cancellationToken)
    {
        response.Headers.CacheControl = "no-store";
        if (caller.ReadsOnly)
        {
            return Problems.Of(StatusCodes.Status403Forbidden, Caller.MayOnlyRead);
        }

        return await endpoints.FindSecretAsync(id, caller, cancellationToken) is { } secret
            ? TypedResults.Ok(new EndpointSecret(secret.Text))
            : Problems.Of(StatusCodes.Status404NotFound, $"There is no webhook {id}.");
    }
}
