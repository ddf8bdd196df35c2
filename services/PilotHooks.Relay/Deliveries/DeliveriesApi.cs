using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.Relay.Quotas;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Relay.Deliveries;

/// <summary><c>/v1/deliveries</c>: one event on its way to one endpoint.</summary>
internal static class DeliveriesApi
{
    public static void MapDeliveries(this IEndpointRouteBuilder api)
    {
        var deliveries = api.MapGroup("/deliveries").WithTags("Deliveries");
        deliveries.MapGet("/{id}", GetAsync).WithName("getDelivery").ProducesProblems(404);
        deliveries.MapPost("/{id}/retry", RetryAsync).WithQuota(Quota.Retries).WithName("retryDelivery").ProducesProblems(404, 409);
    }

    /// <summary>Reads one delivery with its attempts.</summary>
    /// <param name="id">The id of the delivery.</param>
    private static async Task<Results<Ok<DeliveryModel>, ProblemHttpResult>> GetAsync(string id, Caller caller, DeliveryStore deliveries, CancellationToken cancellationToken)
        => Guid.TryParse(id, out var key) && await deliveries.FindAsync(key, caller, cancellationToken) is { } delivery ? TypedResults.Ok(delivery) : NotFound(id);

    /// <summary>Attempts a delivery again at once, even if it succeeded or the endpoint is not well.</summary>
    /// <param name="id">The id of the delivery.</param>
    private static async Task<Results<Accepted<DeliveryReference>, ProblemHttpResult>> RetryAsync(string id, Caller caller, DeliveryStore deliveries, WorkSignal signal, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(id, out var key))
        {
            return NotFound(id);
        }

        switch (await deliveries.RetryAsync(key, caller, cancellationToken))
        {
            case RetryAnswer.Queued:
                signal.SignalDue();
                return TypedResults.Accepted($"/v1/deliveries/{key}", new DeliveryReference(key));
            case RetryAnswer.ContentGone:
                return Problems.Of(StatusCodes.Status409Conflict, "The event's content is no longer kept, so it cannot be sent again.");
            default:
                return NotFound(id);
        }
    }

    private static ProblemHttpResult NotFound(string id) => Problems.Of(StatusCodes.Status404NotFound, $"There is no delivery {id}.");
}
