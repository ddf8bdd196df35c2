using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.Messaging.Messages;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Messaging.Conversations;

/// <summary>
/// Messages by the contact, group or newsletter they are exchanged with. The list takes <c>contact</c> for one contact's
/// conversations and <c>search</c> for a part of the contact or of its name. A conversation is read oldest first, or with
/// <c>order=newest</c> newest first, and takes the filters of <see cref="MessageFilter"/>.
/// </summary>
internal static class ConversationEndpoints
{
    /// <summary>Stands in a path for the number of messages whose number is not known.</summary>
    private const string NoNumber = "-";

    public static void MapConversationRoutes(this RouteGroupBuilder api)
    {
        var conversations = api.MapGroup("/conversations").WithTags("Conversations");
        conversations.MapGet("/", ListAsync).WithName("listConversations");
        conversations.MapGet("/{numberId}/{**contact}", MessagesAsync).WithName("listConversationMessages").ProducesProblems(404);
    }

    /// <summary>Lists conversations, the one with the latest message first.</summary>
    /// <param name="search">A part of the contact or of its name.</param>
    private static async Task<Ok<Page<ConversationView>>> ListAsync(
        string? numberId, string? contact, string? search, Caller caller, PageQuery page, ConversationQueries queries, CancellationToken cancellationToken)
        => TypedResults.Ok(await queries.ListAsync(
            new ConversationFilter(caller.Narrow(numberId) is { } number ? NumberOf(number) : null, MessageFilter.ContactOf(contact), SearchOf(search)),
            page, cancellationToken));

    /// <summary>Lists the messages of one conversation, oldest first.</summary>
    /// <param name="numberId">The number of ours; <c>-</c> stands for messages whose number is not known.</param>
    /// <param name="contact">The phone number or user id of the contact, or the id of the group or newsletter.</param>
    /// <param name="order"><c>newest</c> lists the newest first.</param>
    private static async Task<Results<Ok<Page<MessageView>>, ProblemHttpResult>> MessagesAsync(
        string numberId, string contact, string? order, MessageFilter filter, Caller caller, PageQuery page, MessageQueries queries, CancellationToken cancellationToken)
    {
        if (!caller.Sees(numberId))
        {
            return Problems.Of(StatusCodes.Status404NotFound, "No conversation of this number is known.");
        }

        var oldestFirst = order switch
        {
            null or "" or "oldest" => true,
            "newest" => false,
            _ => throw new BadHttpRequestException("order is oldest or newest."),
        };
        filter = filter with { NumberId = NumberOf(numberId), Contact = MessageFilter.ContactOf(contact) };
        return TypedResults.Ok(await queries.ListAsync(filter, page, oldestFirst, cancellationToken));
    }

    /// <summary>Of a phone number as people write it the digits; any other text as it is.</summary>
    private static string? SearchOf(string? parameter)
        => TextPattern.Read(parameter, "search") is not { } search ? null
            : PhoneNumber.Normalise(search) is ['+', .. var digits] && digits.All(char.IsAsciiDigit) ? digits
            : search;

    private static string NumberOf(string numberId) => numberId == NoNumber ? "" : numberId;
}
