using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Messaging.Messages;

/// <summary>Messages, each with its status and what it replies to.</summary>
internal static class MessageEndpoints
{
    public static void MapMessageRoutes(this RouteGroupBuilder api)
    {
        var messages = api.MapGroup("/messages").WithTags("Messages");
        messages.MapGet("/", ListAsync).WithName("listMessages");
        // Ids of messages are base64: they may hold slashes, escaped or not.
        messages.MapGet("/{**key}", FindAsync).WithName("getMessage").ProducesProblems(404);
    }

    /// <summary>Lists messages, newest first. A list leaves out <c>replies</c>.</summary>
    private static async Task<Ok<Page<MessageView>>> ListAsync(
        MessageFilter filter, Caller caller, PageQuery page, MessageQueries queries, CancellationToken cancellationToken)
        => TypedResults.Ok(await queries.ListAsync(filter with { NumberId = caller.Narrow(filter.NumberId) }, page, oldestFirst: false, cancellationToken));

    /// <summary>Reads one message with its replies.</summary>
    /// <param name="key">The message's <c>id</c>, <c>messageId</c> or <c>correlationId</c>, percent-encoded where it holds a slash.</param>
    private static async Task<Results<Ok<MessageView>, ProblemHttpResult>> FindAsync(
        string key, string? numberId, Caller caller, MessageQueries queries, CancellationToken cancellationToken)
        => await queries.FindAsync(key, caller.Narrow(numberId), cancellationToken) is { } message
            ? TypedResults.Ok(message)
            : Problems.Of(StatusCodes.Status404NotFound, "No message with this id, messageId or correlationId is known.");
}
