using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Messaging.Messages;

/// <summary>
/// What a list of messages is narrowed to; null: not at all. <see cref="NumberId"/> is empty for messages of no known
/// number. <see cref="Since"/> is inclusive, <see cref="Until"/> exclusive. <see cref="Text"/> stands in the content or
/// the caption, in either case; how far a page looks for it says <see cref="Search.TextSearch"/>.
/// </summary>
internal sealed record MessageFilter(string? NumberId, string? Contact, string? Direction, string? Status, DateTimeOffset? Since, DateTimeOffset? Until, string? Text = null)
{
    private static readonly string[] Directions = [Messages.Direction.Inbound, Messages.Direction.Outbound];
    private static readonly string[] Statuses = ["queued", "sent", "delivered", "read", "failed", "received", "stuck"];

    /// <summary>Read by the framework for an endpoint parameter of this type. A value that says nothing is a 400.</summary>
    public static ValueTask<MessageFilter> BindAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var times = TimeRange.Of(query);
        return ValueTask.FromResult(new MessageFilter(
            Text("numberId"),
            ContactOf(Text("contact")),
            OneOf("direction", Directions),
            OneOf("status", Statuses),
            times.Since,
            times.Until,
            TextPattern.Read(query["text"], "text")));

        string? Text(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

        string? OneOf(string name, string[] values)
            => Text(name) is not { } text ? null
                : values.Contains(text, StringComparer.Ordinal) ? text
                : throw new BadHttpRequestException($"{name} is one of {string.Join(", ", values)}.");
    }

    /// <summary>A contact as it is stored, from E.164, digits, or the id of a group or newsletter.</summary>
    public static string? ContactOf(string? text) => MessageKey.Bounded(PhoneNumber.Normalise(text));
}
