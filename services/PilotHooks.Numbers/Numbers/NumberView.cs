using System.Text.Json.Serialization;

namespace PilotHooks.Numbers.Numbers;

/// <summary>A number as the API shows it. Times are the provider's.</summary>
/// <param name="State"><c>created</c>, <c>connected</c>, <c>disconnected</c> or <c>removed</c>.</param>
/// <param name="Health"><c>healthy</c>, <c>degraded</c>, <c>shadowban</c>, <c>blocked</c> or the provider's own suffix.</param>
/// <param name="Since">When the present run of <paramref name="State"/> began.</param>
/// <param name="HealthSince">When the present run of <paramref name="Health"/> began.</param>
/// <param name="Uptime24h">From 0 to 1; null if the number was not known at any time of the last 24 hours.</param>
/// <param name="Error">That of the latest event.</param>
internal sealed record NumberView(
    string NumberId,
    string? Phone,
    string? DisplayName,
    string? ProfileName,
    string State,
    string Health,
    DateTimeOffset Since,
    DateTimeOffset HealthSince,
    int Disconnects24h,
    double? Uptime24h,
    string? Error,
    string? ErrorCode,
    DateTimeOffset LastEventAt)
{
    /// <summary>One for each of the hours asked for; only in a list with <c>include=uptime</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<UptimeStrip>? Uptime { get; init; }
}

/// <summary>One event of a number's history as the API shows it.</summary>
internal sealed record NumberHistoryItem(string Event, DateTimeOffset At, string? Error, string? ErrorCode);

/// <summary>Numbers that are not removed: all, those disconnected, and those that are not healthy.</summary>
internal sealed record NumberCounts(long Known, long Down, long Ill);
