using PilotHooks.Console.Components.Api;

namespace PilotHooks.Console.Components.Messages;

/// <summary>
/// What the list beside a conversation shows, as it stands in the address: links between conversations keep it.
/// </summary>
public sealed record ListState(
    string? Q, string? NumberId, string? Direction, string? Status, string? Since, string? Until, string? Show, string? Cursor, string? Back)
{
    /// <summary>Of <see cref="Show"/>: contacts alone, page by page.</summary>
    public const string Contacts = "contacts";

    /// <summary>Stands in a path for the number of messages whose number is not known.</summary>
    public const string NoNumber = "-";

    /// <summary>Whether messages are looked for, rather than conversations listed.</summary>
    public bool IsSearch => (Q ?? Direction ?? Status ?? Since ?? Until) is not null;

    /// <summary>Whether anything narrows the list.</summary>
    public bool IsFiltered => IsSearch || NumberId is not null;

    /// <summary>Fields that were left empty are not in the address.</summary>
    public static ListState Of(string? q, string? numberId, string? direction, string? status, string? since, string? until, string? show, string? cursor, string? back)
        => new(Given(q), Given(numberId), Given(direction), Given(status), Given(since), Given(until), Given(show), Given(cursor), Given(back));

    /// <summary>The list alone.</summary>
    public string List => Href("/messages", ("show", Show), ("cursor", Cursor), ("back", Back));

    /// <summary>Contacts alone, from the first page.</summary>
    public string AllContacts => Href("/messages", ("show", Contacts));

    /// <summary>The search from another place of the history.</summary>
    public string From(string cursor) => Href("/messages", ("show", Show), ("cursor", cursor));

    /// <summary>
    /// A conversation; around the message <paramref name="at"/>, or before a cursor, which holds only together with the
    /// moment up to which its page was read.
    /// </summary>
    public string Thread(string? numberId, string contact, string? at = null, string? before = null, string? upTo = null)
        => Href(
            $"/messages/{Uri.EscapeDataString(numberId ?? NoNumber)}/{Uri.EscapeDataString(contact)}",
            ("show", Show), ("cursor", Cursor), ("back", Back), ("at", at), ("before", before), ("upTo", upTo));

    /// <summary>The conversation at this message.</summary>
    public string Thread(MessageItem message) => $"{Thread(message.NumberId, message.Contact, at: message.Key)}#{Uri.EscapeDataString(message.Anchor)}";

    /// <summary>All that is known of a message.</summary>
    public string Details(MessageItem message)
        => Href("/messages/details", ("show", Show), ("cursor", Cursor), ("back", Back), ("key", message.Key), ("of", message.NumberId));

    private string Href(string path, params ReadOnlySpan<(string Name, string? Value)> more)
        => Query.Of(path, [("q", Q), ("numberId", NumberId), ("direction", Direction), ("status", Status), ("since", Since), ("until", Until), .. more]);

    private static string? Given(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
