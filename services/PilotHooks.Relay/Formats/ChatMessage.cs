using System.Text.Json;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Relay.Formats;

/// <summary>One readable line about an event, for the incoming webhooks of Slack and Microsoft Teams.</summary>
internal static class ChatMessage
{
    /// <summary>Both services cut longer texts, in places of their own.</summary>
    private const int MaxContent = 2000;

    /// <summary>Slack reads three characters as markup; escaped, no one can be mentioned or linked from a message's text.</summary>
    public static byte[] ToSlack(RelayedEvent relayed)
    {
        var (title, facts, content) = Describe(relayed);
        var head = string.Join(", ", facts.Select(fact => $"{fact.Name} {fact.Value}"));
        var text = $"{title}{(head.Length > 0 ? $" ({head})" : "")}{(content is null ? "" : $": {content}")}";
        return Translation.Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("text", text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal));
            writer.WriteEndObject();
        });
    }

    /// <summary>A message with an adaptive card. Text runs know no markdown, so a message's text is shown as it is.</summary>
    public static byte[] ToTeams(RelayedEvent relayed)
    {
        var (title, facts, content) = Describe(relayed);
        object[] lines =
        [
            Line(title, bold: true),
            .. facts.Select(fact => Line($"{fact.Name} {fact.Value}", bold: false)),
            .. content is null ? [] : new[] { Line(content, bold: false) },
        ];
        var card = new Dictionary<string, object?>
        {
            ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
            ["type"] = "AdaptiveCard",
            ["version"] = "1.4",
            ["body"] = lines,
        };
        return JsonSerializer.SerializeToUtf8Bytes(
            new { type = "message", attachments = new[] { new { contentType = "application/vnd.microsoft.card.adaptive", contentUrl = (string?)null, content = card } } },
            ServiceDefaults.Api.ApiJson.Options);
    }

    private static object Line(string text, bool bold)
        => new { type = "RichTextBlock", inlines = new[] { new { type = "TextRun", text, weight = bold ? "Bolder" : "Default" } } };

    private static (string Title, List<(string Name, string Value)> Facts, string? Content) Describe(RelayedEvent relayed)
    {
        using var document = ProviderJson.Parse(relayed.Payload);
        var detail = EventShape.Detail(document.RootElement);
        var facts = new List<(string, string)>();
        Add("from", "from", "sender.phone_number");
        Add("to", "to", "recipient.phone_number");
        Add("number", "displayName", "phone");
        Add("status", "status");
        Add("group", "groupName");
        Add("channel", "newsletterName");
        Add("error", "error");
        var content = EventShape.Text(detail, "content", "text.body", "text", "body", "message", "caption");
        return (relayed.Event, facts, content?.Length > MaxContent ? content[..MaxContent] + "..." : content);

        void Add(string name, params string[] paths)
        {
            if (EventShape.Text(detail, paths) is { Length: > 0 } value)
            {
                facts.Add((name, value));
            }
        }
    }
}
