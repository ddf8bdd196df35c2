using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.Messaging.Messages;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Messaging.Conversations;

/// <summary>Messages by the contact, group or newsletter they are exchanged with.</summary>
internal static class ConversationEndpoints
{
    /// <summary>Stands in a path for the number of messages whose number is not known.</summary>
    private const string NoNumber = "-";

    public static void MapConversationRoutes(this RouteGroupBuilder api)
    {
        var conversations = api.MapGroup("/conversations").WithTags("Conversations");
        conversations.MapGet("/", ListAsync);
        conversations.MapGet("/{numberId}/{contact}", MessagesAsync);
    }

    private static async Task<Ok<Page<ConversationView>>> ListAsync(
        string? numberId, Caller caller, PageQuery page, ConversationQueries queries, CancellationToken cancellationToken)
        => TypedResults.Ok(await queries.ListAsync(caller.Narrow(numberId), page, cancellationToken));

    private static async Task<Results<Ok<Page<MessageView>>, ProblemHttpResult>> MessagesAsync(
        string numberId, string contact, MessageFilter filter, Caller caller, PageQuery page, MessageQueries queries, CancellationToken cancellationToken)
    {
        if (!caller.Sees(numberId))
        {
            return Problems.Of(StatusCodes.Status404NotFound, "No conversation of this number is known.");
        }

        filter = filter with { NumberId = numberId == NoNumber ? "" : numberId, Contact = MessageFilter.ContactOf(contact) };
        return TypedResults.Ok(await queries.ListAsync(filter, page, oldestFirst: true, cancellationToken));
    }
}
