using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.Ingress.Sources;

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
        hooks.MapPost("/{source}", ReceiveAsync);
    }

    private static Task<Results<Ok<WebhookAnswer>, ProblemHttpResult>> ReceiveAsync(string source, HttpContext context, WebhookReceiver receiver)
        => receiver.ReceiveAsync(source, context);
}
