using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using PilotHooks.Relay.Deliveries;
using PilotHooks.Relay.Quotas;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Relay.Endpoints;

/// <summary><c>/v1/webhooks</c>: the endpoints that users subscribe.</summary>
internal static class WebhooksApi
{
    private const int MaxOverlapSeconds = 604_800;

    public static void MapWebhooks(this IEndpointRouteBuilder api)
    {
        var webhooks = api.MapGroup("/webhooks").WithTags("Webhooks");
        webhooks.MapPost("", CreateAsync).WithName("createWebhook").ProducesProblems(409, 415);
        webhooks.MapGet("", ListAsync).WithName("listWebhooks");
        webhooks.MapGet("/{id}", GetAsync).WithName("getWebhook").ProducesProblems(404);
        webhooks.MapPatch("/{id}", PatchAsync).WithName("updateWebhook").ProducesProblems(404, 415);
        webhooks.MapDelete("/{id}", DeleteAsync).WithName("deleteWebhook").ProducesProblems(404);
        webhooks.MapPost("/{id}/rotate-secret", RotateSecretAsync).WithName("rotateWebhookSecret").ProducesProblems(404, 415);
        webhooks.MapPost("/{id}/test", TestAsync).WithQuota(Quota.Tests).WithName("testWebhook").ProducesProblems(404);
        webhooks.MapGet("/{id}/logs", LogsAsync).WithName("listWebhookLogs").ProducesProblems(404);
        webhooks.MapGet("/{id}/stats", StatsAsync).WithName("getWebhookStats").ProducesProblems(404);
        webhooks.MapPost("/{id}/retry-failed", RetryFailedAsync).WithQuota(Quota.Retries).WithName("retryFailedDeliveries").ProducesProblems(404);
    }

    /// <summary>Subscribes an endpoint to events.</summary>
    /// <remarks>No answer of the API holds a secret; the console shows and replaces it.</remarks>
    private static async Task<Results<Created<EndpointModel>, ProblemHttpResult>> CreateAsync(
        JsonBody body, HttpRequest request, Caller caller, EndpointStore endpoints, IOptions<RelayOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        caller.RefuseOtherNumbers(body.Root);
        var (input, error) = EndpointInput.ReadCreate(body.Root, options.Value);
        if (input is null)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, error!);
        }

        var header = request.Headers[NumberNames.Header].ToString() is { Length: > 0 } text ? text : null;
        if (input.NumberId is not null && header is not null && input.NumberId != header)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, $"whatsappNumberId and {NumberNames.Header} name different numbers.");
        }

        if (await endpoints.CreateAsync(input, caller.Narrow(input.NumberId ?? header), time.GetUtcNow(), cancellationToken) is not { } endpoint)
        {
            var (ofNumber, all) = (options.Value.Quotas.EndpointsPerNumber, options.Value.Quotas.Endpoints);
            return Problems.Of(StatusCodes.Status409Conflict, $"There may be {ofNumber} webhooks of a number, as many of all numbers, and {all} together; delete one first.");
        }

        // A path: the caller knows the console, not the replica that answers.
        return TypedResults.Created($"/v1/webhooks/{endpoint.Id}", endpoint);
    }

    /// <summary>Lists the endpoints, newest first.</summary>
    /// <param name="failing">Only endpoints that fail or are paused for it, or only the others.</param>
    private static async Task<Ok<Page<EndpointModel>>> ListAsync(
        Caller caller, PageQuery page, EndpointStore endpoints, CancellationToken cancellationToken, string? numberId = null, bool? failing = null)
        => TypedResults.Ok(await endpoints.ListAsync(caller.Narrow(numberId), failing, page, cancellationToken));

    /// <summary>Reads one endpoint.</summary>
    /// <param name="id">The id of the endpoint.</param>
    private static async Task<Results<Ok<EndpointModel>, ProblemHttpResult>> GetAsync(string id, Caller caller, EndpointStore endpoints, CancellationToken cancellationToken)
        => await endpoints.FindAsync(id, caller, cancellationToken) is { } endpoint ? TypedResults.Ok(endpoint) : NotFound(id);

    /// <summary>Changes an endpoint. It holds within a second.</summary>
    /// <param name="id">The id of the endpoint.</param>
    private static async Task<Results<Ok<EndpointModel>, ProblemHttpResult>> PatchAsync(
        string id, JsonBody body, Caller caller, EndpointStore endpoints, WorkSignal signal, IOptions<RelayOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await endpoints.FindAsync(id, caller, cancellationToken) is not { } endpoint)
        {
            return NotFound(id);
        }

        var (input, error) = EndpointInput.ReadPatch(body.Root, options.Value);
        if (input is null)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, error!);
        }

        var patched = await endpoints.PatchAsync(endpoint, input, time.GetUtcNow(), cancellationToken);
        signal.SignalDue();
        return patched is null ? NotFound(id) : TypedResults.Ok(patched);
    }

    /// <summary>Removes an endpoint with its history.</summary>
    /// <param name="id">The id of the endpoint.</param>
    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(string id, Caller caller, EndpointStore endpoints, CancellationToken cancellationToken)
        => await endpoints.DeleteAsync(id, caller, cancellationToken) ? TypedResults.NoContent() : NotFound(id);

    /// <summary>Replaces an endpoint's secret.</summary>
    /// <param name="id">The id of the endpoint.</param>
    private static async Task<Results<NoContent, ProblemHttpResult>> RotateSecretAsync(
        string id, HttpRequest request, Caller caller, EndpointStore endpoints, CancellationToken cancellationToken)
    {
        if (await endpoints.FindAsync(id, caller, cancellationToken) is null)
        {
            return NotFound(id);
        }

        var (secret, overlap, error) = await ReadRotationAsync(request, cancellationToken);
        if (error is not null)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, error);
        }

        await endpoints.RotateAsync(id, secret ?? Secret.Make(), overlap, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <summary>Sends an endpoint a test event, even if it is paused or has not asked for it.</summary>
    /// <param name="id">The id of the endpoint.</param>
    private static async Task<Results<Accepted<DeliveryReference>, ProblemHttpResult>> TestAsync(
        string id, Caller caller, EndpointStore endpoints, DeliveryStore deliveries, WorkSignal signal, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await endpoints.FindAsync(id, caller, cancellationToken) is null)
        {
            return NotFound(id);
        }

        var deliveryId = await deliveries.AddTestAsync(id, time.GetUtcNow(), cancellationToken);
        signal.SignalDue();
        return TypedResults.Accepted($"/v1/deliveries/{deliveryId}", new DeliveryReference(deliveryId));
    }

    /// <summary>Lists the attempts to deliver to an endpoint, newest first.</summary>
    /// <param name="id">The id of the endpoint.</param>
    /// <param name="status">Only attempts with this outcome.</param>
    /// <param name="content">False leaves out what was sent and what came back.</param>
    private static async Task<Results<Ok<Page<AttemptModel>>, ProblemHttpResult>> LogsAsync(
        string id, Caller caller, PageQuery page, EndpointStore endpoints, AttemptLog log, CancellationToken cancellationToken, string? @event = null, string? status = null, bool content = true)
    {
        if (status is not (null or AttemptModel.Success or AttemptModel.Failed))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, $"status is {AttemptModel.Success} or {AttemptModel.Failed}.");
        }

        return await endpoints.FindAsync(id, caller, cancellationToken) is null
            ? NotFound(id)
            : TypedResults.Ok(await log.ListAsync(id, @event, status, content, page, cancellationToken));
    }

    /// <summary>Counts an endpoint's deliveries by what became of them.</summary>
    /// <param name="id">The id of the endpoint.</param>
    private static async Task<Results<Ok<EndpointStats>, ProblemHttpResult>> StatsAsync(string id, Caller caller, EndpointStore endpoints, DeliveryCounts counts, CancellationToken cancellationToken)
        => await endpoints.FindAsync(id, caller, cancellationToken) is null ? NotFound(id) : TypedResults.Ok(await counts.ReadAsync(id, cancellationToken));

    /// <summary>Attempts again what failed or waits after a failure.</summary>
    /// <param name="id">The id of the endpoint.</param>
    private static async Task<Results<Accepted<QueuedDeliveries>, ProblemHttpResult>> RetryFailedAsync(
        string id, Caller caller, TimeRange created, EndpointStore endpoints, RetryRuns retries, CancellationToken cancellationToken)
    {
        if (await endpoints.FindAsync(id, caller, cancellationToken) is null)
        {
            return NotFound(id);
        }

        return TypedResults.Accepted($"/v1/webhooks/{id}/stats", new QueuedDeliveries(await retries.BeginAsync(id, created.Since, cancellationToken)));
    }

    /// <summary>The body may be absent: then a secret is made, and the old one signs no more.</summary>
    private static async Task<(Secret? Secret, TimeSpan Overlap, string? Error)> ReadRotationAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (await JsonBody.ReadAsync(request, cancellationToken) is not { Root: var body })
        {
            return (null, TimeSpan.Zero, null);
        }

        if (body.EnumerateObject().Any(member => member.Name is not ("secret" or "overlapSeconds")))
        {
            return (null, TimeSpan.Zero, "The body has secret and overlapSeconds, both optional.");
        }

        var (seconds, secret, error) = (0, (Secret?)null, (string?)null);
        if (body.TryGetProperty("overlapSeconds", out var overlap) && overlap.ValueKind != JsonValueKind.Null
            && (overlap.ValueKind != JsonValueKind.Number || !overlap.TryGetInt32(out seconds) || seconds is < 0 or > MaxOverlapSeconds))
        {
            error = $"overlapSeconds is a whole number from 0 to {MaxOverlapSeconds}.";
        }

        if (error is null && body.TryGetProperty("secret", out var own) && own.ValueKind != JsonValueKind.Null)
        {
            (secret, error) = EndpointInput.ReadSecret(own);
        }

        return (secret, TimeSpan.FromSeconds(seconds), error);
    }

    private static ProblemHttpResult NotFound(string id) => Problems.Of(StatusCodes.Status404NotFound, $"There is no webhook {id}.");
}
