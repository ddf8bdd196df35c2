using Microsoft.Extensions.Localization;
using PilotHooks.Console.Components.Shared;

namespace PilotHooks.Console.Components.Calls;

/// <summary>How the API's words for calls are shown.</summary>
internal static class CallStatus
{
    public static readonly IReadOnlyList<string> All = ["MISSED", "RINGING", "ACCEPTED", "COMPLETED", "REJECTED", "FAILED", "INITIATED"];
    public static readonly IReadOnlyList<string> Directions = ["INBOUND", "OUTBOUND"];

    public static BadgeKind Kind(string? status) => status switch
    {
        "MISSED" => BadgeKind.Bad,
        "FAILED" or "REJECTED" => BadgeKind.Warn,
        "RINGING" or "ACCEPTED" or "INITIATED" => BadgeKind.Info,
        "COMPLETED" => BadgeKind.Ok,
        _ => BadgeKind.Neutral,
    };

    public static BadgeKind PermissionKind(string status) => status switch
    {
        "PERMANENT" or "TEMPORARY" => BadgeKind.Ok,
        "NO_PERMISSION" => BadgeKind.Bad,
        _ => BadgeKind.Neutral,
    };

    /// <summary>A word that the provider has invented since is shown as it came.</summary>
    public static string Word(this IStringLocalizer<CallsTexts> texts, string group, string? word)
        => word is null ? texts["NotKnown"] : texts[$"{group}.{word}"] is { ResourceNotFound: false } text ? text : word;

    /// <summary>A length as calls tell it: 0:42, 12:05, 1:02:03.</summary>
    public static string Length(TimeSpan length) => Length((long)Math.Round(Math.Max(0, length.TotalSeconds)));

    public static string Length(long seconds)
        => seconds < 3600 ? $"{seconds / 60}:{seconds % 60:00}" : $"{seconds / 3600}:{seconds / 60 % 60:00}:{seconds % 60:00}";
}
