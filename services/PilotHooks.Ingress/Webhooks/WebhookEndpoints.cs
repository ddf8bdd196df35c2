using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.Ingress.Sources;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>The answer to an event that is durable.</summary>
/// <param name="Status"><c>accepted</c>, or <c>duplicate</c> if it was before.</param>
/// <param name="EventId">The same on every attempt.</param>
/// <param name="Recognized">False if it is kept without being understood; absent otherwise.</param>
internal sealed record WebhookAnswer(
    string Status, Guid EventId, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Recognized = null);

/// <summary>Where the providers post to.</summary>
internal static class WebhookEndpoints
{
    public static void MapWebhooks(this WebApplication app)
    {
        // Now rather than with the first event: it says what is listened for.
        app.Lifetime.ApplicationStarted.Register(() => app.Services.GetRequiredService<SourceTable>());

        var hooks = app.MapGroup("/hooks");
        hooks.MapPost("/{source}", ReceiveAsync).WithTags("Events from providers").WithName("receiveEvent")
            .ProducesProblems(400, 401, 404, 408, 413, 415, 429, 503);
    }

    /// <summary>Takes an event from a provider.</summary>
    /// <remarks>
    /// This is answered by the ingress, at an address of its own. 200 means that the event is kept: a provider sends again
    /// whatever is answered otherwise. How a source proves itself (a token or a signature) is configured for each.
    /// </remarks>
    /// <param name="source">The name of a configured source.</param>
    private static Task<Results<Ok<WebhookAnswer>, ProblemHttpResult>> ReceiveAsync(string source, HttpContext context, WebhookReceiver receiver)
        => receiver.ReceiveAsync(source, context);
}
