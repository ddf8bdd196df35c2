using System.Text.Json;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Text;

namespace PilotHooks.Relay.Formats;

/// <summary>One readable line about an event, for the incoming webhooks of Slack and Microsoft Teams.</summary>
internal static class ChatMessage
{
    /// <summary>Both services cut longer texts, in places of their own.</summary>
    private const int MaxContent = 2000;
    private const int MaxFact = 200;

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
        var (facts, content) = relayed.Event.StartsWith("message.", StringComparison.Ordinal) ? OfMessage(relayed.Event, detail) : OfAnything(detail);
        return (
            TextCut.Cut(relayed.Event, MaxFact),
            [.. facts.Where(fact => !string.IsNullOrEmpty(fact.Value)).Select(fact => (fact.Name, TextCut.Cut(fact.Value!, MaxFact)))],
            content is null ? null : TextCut.Cut(content, MaxContent));
    }

    /// <summary>Of a message or of how far it got, by the table that whoever merges messages reads too.</summary>
    private static ((string Name, string? Value)[] Facts, string? Content) OfMessage(string name, JsonElement detail)
    {
        var message = MessageFacts.ReadFirst(detail);
        var status = Translation.IsStatus(name) ? StatusFacts.ReadFirst(detail) : new StatusFacts();
        return (
        [
            ("from", message.From),
            ("to", message.To ?? status.To),
            ("status", status.Status),
            ("group", message.GroupName),
            ("channel", message.NewsletterName),
            ("error", status.Error),
        ],
            message.Content);
    }

    private static ((string Name, string? Value)[] Facts, string? Content) OfAnything(JsonElement detail) => (
    [
        ("from", EventShape.Text(detail, "from", "sender.phone_number")),
        ("to", EventShape.Text(detail, "to", "recipient.phone_number")),
        ("number", EventShape.Text(detail, "displayName", "phone")),
        ("status", EventShape.Text(detail, "status")),
        ("error", EventShape.Text(detail, "error")),
    ],
        EventShape.Text(detail, "content", "text.body", "text", "body", "message", "caption"));
}
