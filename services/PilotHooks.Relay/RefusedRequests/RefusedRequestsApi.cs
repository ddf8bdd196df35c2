using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Relay.RefusedRequests;

/// <summary>
/// <c>/v1/refused-requests</c>: what the ingress refused, and taking it in after all. For keys of all numbers only, since
/// nobody knows whose a refused request is.
/// </summary>
internal static class RefusedRequestsApi
{
    /// <summary>For the broker to take a request.</summary>
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(5);

    public static void MapRefusedRequests(this IEndpointRouteBuilder api)
    {
        var requests = api.MapGroup("/refused-requests").WithTags("Refused requests");
        requests.MapGet("", ListAsync).WithName("listRefusedRequests");
        requests.MapPost("/{id}/accept", AcceptAsync).WithName("acceptRefusedRequest").ProducesProblems(404, 409);
    }

    /// <summary>Lists what the ingress refused, newest first. Takes a key of all numbers.</summary>
    /// <param name="reason">Only what was refused for this reason.</param>
    private static async Task<Results<Ok<Page<RefusedRequestModel>>, ProblemHttpResult>> ListAsync(
        Caller caller, PageQuery page, RefusedRequestStore requests, CancellationToken cancellationToken, string? source = null, string? reason = null)
        => caller.NumberId is null ? TypedResults.Ok(await requests.ListAsync(NullIfEmpty(source), NullIfEmpty(reason), page, cancellationToken)) : Forbidden();

    /// <summary>Takes a refused request in after all. Takes a key of all numbers.</summary>
    /// <param name="id">The id of the refused request.</param>
    private static async Task<Results<Accepted, ProblemHttpResult>> AcceptAsync(
        string id, Caller caller, RefusedRequestStore requests, GroupPublisher bus, CancellationToken cancellationToken)
    {
        if (caller.NumberId is not null)
        {
            return Forbidden();
        }

        if (!Guid.TryParse(id, out var key) || await requests.FindAsync(key, cancellationToken) is not var (request, body))
        {
            return Problems.Of(StatusCodes.Status404NotFound, $"There is no refused request {id}.");
        }

        if (body is null || !RefusedRequestPayload.IsObject(body))
        {
            return Problems.Of(StatusCodes.Status409Conflict, body is null ? "The request's body was too large to be kept." : "The request's body is no JSON object, and so no event.");
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(PublishTimeout);
        try
        {
            await bus.PublishAsync(new RefusedRequestAccepted(key, request.Reason, request.Source, null, request.At, request.At, body), timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "The broker is away; try again when it is back.");
        }

        await requests.MarkAcceptedAsync(key, cancellationToken);
        return TypedResults.Accepted((string?)null);
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static ProblemHttpResult Forbidden() => Problems.Of(StatusCodes.Status403Forbidden, "Refused requests belong to no number; only a key of all numbers sees them.");
}
