namespace PilotHooks.Console.Components.Numbers;

/// <summary>A number as the API lists it, with its strips where they were asked for.</summary>
public sealed record NumberItem(
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
    DateTimeOffset LastEventAt,
    IReadOnlyList<UptimeStrip>? Uptime)
{
    /// <summary>What people call it.</summary>
    public string Name => DisplayName ?? ProfileName ?? Phone ?? NumberId;
}

/// <summary>A number's uptime over some hours, in slots of equal length, oldest first.</summary>
public sealed record UptimeStrip(int Hours, double? Share, int Disconnects, double SlotSeconds, DateTimeOffset Until, IReadOnlyList<UptimeSlot> Slots);

/// <summary>One slot: <c>connected</c>, <c>degraded</c>, <c>down</c> or <c>unknown</c>, and what made it so.</summary>
public sealed record UptimeSlot(DateTimeOffset At, string State, double? Connected, double? Down, string? Health, int Disconnects);

/// <summary>One event of a number's history.</summary>
internal sealed record NumberHistoryItem(string Event, DateTimeOffset At, string? Error, string? ErrorCode);
