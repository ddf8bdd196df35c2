using System.Text.Json.Nodes;
using PilotHooks.Browser.Tests.Screens;
using PilotHooks.Browser.Tests.Support;

namespace PilotHooks.Browser.Tests.Messages;

/// <summary>Conversations, one of them, and what surrounds them.</summary>
internal static class MessagesScreens
{
    public static readonly IReadOnlyList<Screen> List =
    [
        new("messages", async system => Thread(await ReplyAsync(system))),
        new("messages-list", "/messages"),
        new("messages-search", "/messages?q=the&direction=outbound"),
        new("messages-new", "/messages/new"),
        new("messages-details", async system => $"/messages/details?key={(await ReplyAsync(system))["id"]}"),
    ];

    /// <summary>A reply to the business that is matched to what it answers.</summary>
    private static async Task<JsonNode> ReplyAsync(ConsoleSystem system)
    {
        var page = await system.ReadAsync("/v1/messages?direction=inbound&limit=200", page => page["items"]!.AsArray().Any(IsMatched));
        return page["items"]!.AsArray().First(IsMatched)!;

        static bool IsMatched(JsonNode? message) => message!["numberId"] is not null && message["inReplyTo"]?["matchedBy"] is not null;
    }

    private static string Thread(JsonNode message) => $"/messages/{message["numberId"]}/{Uri.EscapeDataString((string)message["from"]!)}";
}
