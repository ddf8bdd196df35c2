using System.Text.Json.Serialization;

namespace PilotHooks.Numbers.Numbers;

/// <summary>A number of the business. Times are the provider's.</summary>
/// <param name="NumberId">The provider's id of the number.</param>
/// <param name="Phone">The phone number.</param>
/// <param name="DisplayName">What the business calls it.</param>
/// <param name="ProfileName">The name that its WhatsApp profile shows.</param>
/// <param name="State"><c>created</c>, <c>connected</c>, <c>disconnected</c> or <c>removed</c>.</param>
/// <param name="Health"><c>healthy</c>, <c>degraded</c>, <c>shadowban</c>, <c>blocked</c> or the provider's own suffix.</param>
/// <param name="Since">When the present run of <paramref name="State"/> began.</param>
/// <param name="HealthSince">When the present run of <paramref name="Health"/> began.</param>
/// <param name="Disconnects24h">How often it was disconnected within the last 24 hours.</param>
/// <param name="Uptime24h">The connected share of the last 24 hours, from 0 to 1; null if the number was not known at any time of the last 24 hours.</param>
/// <param name="Error">The error of the latest event.</param>
/// <param name="ErrorCode">The provider's code of that error.</param>
/// <param name="LastEventAt">When the latest event occurred.</param>
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

/// <summary>One event of a number's history.</summary>
/// <param name="Event">The event's name.</param>
/// <param name="At">When it occurred.</param>
/// <param name="Error">What went wrong, in the provider's words.</param>
/// <param name="ErrorCode">The provider's code of the error.</param>
internal sealed record NumberHistoryItem(string Event, DateTimeOffset At, string? Error, string? ErrorCode);

/// <summary>Numbers that are not removed: all, those disconnected, and those that are not healthy.</summary>
internal sealed record NumberCounts(long Known, long Down, long Ill);
