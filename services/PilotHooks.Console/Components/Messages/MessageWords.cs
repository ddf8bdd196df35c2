using System.Globalization;
using Microsoft.Extensions.Localization;

namespace PilotHooks.Console.Components.Messages;

/// <summary>Says in words and icons what a message is.</summary>
internal static class MessageWords
{
    private const int SnippetBefore = 30;
    private const int SnippetLength = 160;

    /// <summary>The types that have a name and an icon of their own; others are shown as the provider writes them.</summary>
    private static readonly Dictionary<string, (string Text, string Icon)> Types = new(StringComparer.Ordinal)
    {
        ["image"] = ("TypeImage", "image"),
        ["video"] = ("TypeVideo", "play"),
        ["audio"] = ("TypeAudio", "audio"),
        ["voice"] = ("TypeAudio", "audio"),
        ["document"] = ("TypeDocument", "forms"),
        ["sticker"] = ("TypeSticker", "image"),
        ["location"] = ("TypeLocation", "pin"),
        ["contacts"] = ("TypeContacts", "person"),
        ["reaction"] = ("TypeReaction", "smile"),
        ["interactive"] = ("TypeInteractive", "menu"),
        ["button"] = ("TypeButton", "menu"),
    };

    public static bool IsText(MessageItem message) => message.Type is null or "" or "text" or "chat";

    /// <summary>The name of a type.</summary>
    public static string TypeName(IStringLocalizer<MessagesTexts> texts, string type) => Types.TryGetValue(type, out var known) ? texts[known.Text] : type;

    public static string TypeIcon(string? type) => type is not null && Types.TryGetValue(type, out var known) ? known.Icon : "info";

    /// <summary>What a list shows of the message in one line.</summary>
    public static string Preview(IStringLocalizer<MessagesTexts> texts, MessageItem message)
        => (message.Content ?? message.Media?.Caption, message.Type) switch
        {
            ({ Length: > 0 } emoji, "reaction") => texts["Reacted", emoji],
            ({ Length: > 0 } content, _) => content,
            (_, { Length: > 0 } type) when !IsText(message) => message.Media?.Filename ?? TypeName(texts, type),
            _ => texts["NoContent"],
        };

    /// <summary>A short part of the content around what was looked for.</summary>
    public static (string Before, string Found, string After) Snippet(string content, string? text)
    {
        var at = text is null ? -1 : content.IndexOf(text, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return (content.Length > SnippetLength ? content[..SnippetLength] : content, "", "");
        }

        var start = at <= SnippetBefore ? 0 : at - SnippetBefore;
        var end = Math.Min(content.Length, start + SnippetLength + text!.Length);
        return ((start > 0 ? "…" : "") + content[start..at], content[at..(at + text.Length)], content[(at + text.Length)..Math.Max(end, at + text.Length)]);
    }

    public static string StatusName(IStringLocalizer<MessagesTexts> texts, string status) => status switch
    {
        "queued" => texts["Queued"],
        "sent" => texts["Sent"],
        "delivered" => texts["Delivered"],
        "read" => texts["Read"],
        "failed" => texts["Failed"],
        _ => texts["Received"],
    };

    public static string StatusIcon(string status) => status switch
    {
        "queued" => "clock",
        "sent" => "check",
        "delivered" or "read" => "ticks",
        "failed" => "bad",
        _ => "received",
    };

    /// <summary>One or two letters for the picture of somebody with a name; null where there is none.</summary>
    public static string? Initials(string? name)
    {
        var words = (name ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => char.IsLetter(word[0])).ToList();
        return words.Count switch
        {
            0 => null,
            1 => $"{char.ToUpperInvariant(words[0][0])}",
            _ => $"{char.ToUpperInvariant(words[0][0])}{char.ToUpperInvariant(words[^1][0])}",
        };
    }

    /// <summary>The class of a colour that stays somebody's.</summary>
    public static string Hue(string? party) => $"hue-{(party ?? "").Aggregate(0, (sum, letter) => (sum + letter) % 6)}";

    /// <summary>A span of time in the two largest units that say something.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalSeconds: < 1 } => string.Create(CultureInfo.CurrentCulture, $"{span.TotalMilliseconds:N0} ms"),
        { TotalMinutes: < 1 } => string.Create(CultureInfo.CurrentCulture, $"{span.TotalSeconds:N1} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.CurrentCulture, $"{span.Minutes} min {span.Seconds} s"),
        { TotalDays: < 1 } => string.Create(CultureInfo.CurrentCulture, $"{span.Hours} h {span.Minutes} min"),
        _ => string.Create(CultureInfo.CurrentCulture, $"{span.Days} d {span.Hours} h"),
    };

    /// <summary>Only what a browser opens as a page.</summary>
    public static bool IsSafeLink(string? link) => Uri.TryCreate(link, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
}
