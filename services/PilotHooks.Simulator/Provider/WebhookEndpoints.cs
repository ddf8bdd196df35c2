using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.Simulator.Business;

namespace PilotHooks.Simulator.Provider;

/// <summary><c>/v1/webhooks</c> by the provider's documents: a PATCH of <c>events</c> replaces them, the number stays.</summary>
internal static class WebhookEndpoints
{
    public static void MapWebhooks(this RouteGroupBuilder provider)
    {
        var webhooks = provider.MapGroup("/webhooks");
        webhooks.MapGet("", List);
        webhooks.MapPost("", Create);
        webhooks.MapGet("/{id}", Find);
        webhooks.MapPatch("/{id}", Change);
        webhooks.MapDelete("/{id}", Remove);
    }

    private static Ok<ProviderWebhook[]> List(WebhookRegistry registry) => TypedResults.Ok(registry.All.Select(ProviderWebhook.Of).ToArray());

    private static Results<Created<ProviderWebhook>, ProblemHttpResult> Create(WebhookBody body, HttpRequest request, WebhookRegistry registry, World world)
    {
        var header = request.Headers["x-whatsapp-number-id"].ToString() is { Length: > 0 } given ? given : null;
        if (header is not null && body.WhatsappNumberId is not null && header != body.WhatsappNumberId)
        {
            return ProviderEndpoints.Error(StatusCodes.Status400BadRequest, "NUMBER_MISMATCH", "Body and header name different numbers.");
        }

        var numberId = body.WhatsappNumberId ?? header;
        if (numberId is not null && world.Numbers.All(number => number.Id != numberId))
        {
            return ProviderEndpoints.Error(StatusCodes.Status404NotFound, "NUMBER_NOT_FOUND", "There is no such number.");
        }

        if (UrlOf(body.Url) is not { } url || string.IsNullOrWhiteSpace(body.Name) || body.Events is null)
        {
            return Invalid();
        }

        return registry.Add(body.Name, url, body.Events, numberId) is { } added
            ? TypedResults.Created($"/v1/webhooks/{added.Id}", ProviderWebhook.Of(added))
            : ProviderEndpoints.Error(StatusCodes.Status409Conflict, "TOO_MANY_WEBHOOKS", "There are too many webhooks.");
    }

    private static Results<Ok<ProviderWebhook>, ProblemHttpResult> Find(string id, WebhookRegistry registry)
        => registry.Find(id) is { } found ? TypedResults.Ok(ProviderWebhook.Of(found)) : NotFound();

    private static Results<Ok<ProviderWebhook>, ProblemHttpResult> Change(string id, WebhookBody body, WebhookRegistry registry)
    {
        var url = UrlOf(body.Url);
        if ((body.Url is not null && url is null) || (body.Name is not null && string.IsNullOrWhiteSpace(body.Name)))
        {
            return Invalid();
        }

        return registry.Change(id, webhook => webhook with
        {
            Url = url ?? webhook.Url,
            Name = body.Name ?? webhook.Name,
            Events = body.Events ?? webhook.Events,
            Active = body.Active ?? webhook.Active,
        }) is { } changed ? TypedResults.Ok(ProviderWebhook.Of(changed)) : NotFound();
    }

    private static Results<NoContent, ProblemHttpResult> Remove(string id, WebhookRegistry registry)
        => registry.Remove(id) ? TypedResults.NoContent() : NotFound();

    private static Uri? UrlOf(string? text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null;

    private static ProblemHttpResult Invalid() => ProviderEndpoints.Error(StatusCodes.Status400BadRequest, "INVALID_WEBHOOK", "A webhook needs an absolute http url, a name and a list of events.");

    private static ProblemHttpResult NotFound() => ProviderEndpoints.Error(StatusCodes.Status404NotFound, "WEBHOOK_NOT_FOUND", "There is no such webhook.");

    private sealed record WebhookBody(string? Url, string? Name, string[]? Events, bool? Active, string? WhatsappNumberId);

    private sealed record ProviderWebhook(string Id, string Name, Uri Url, string Environment, bool Active, IReadOnlyList<string> Events, string[] WhatsappNumberIds, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
    {
        public static ProviderWebhook Of(Webhook webhook) => new(
            webhook.Id, webhook.Name, webhook.Url, "LIVE", webhook.Active, webhook.Events, webhook.NumberId is null ? [] : [webhook.NumberId], webhook.CreatedAt, webhook.UpdatedAt);
    }
}
