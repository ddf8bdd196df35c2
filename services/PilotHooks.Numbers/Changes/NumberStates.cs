using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Numbers.Changes;

/// <summary>The states of a number's lifecycle, as the API names them.</summary>
internal static class NumberStates
{
    /// <summary>Also the state of a number known by health events alone: it exists, and no connection is known.</summary>
    public const string Created = "created";
    public const string Connected = "connected";
    public const string Disconnected = "disconnected";
    public const string Removed = "removed";

    public static IReadOnlyList<string> All { get; } = [Created, Connected, Disconnected, Removed];

    /// <summary>The state that an event of this name begins, or null if it begins none.</summary>
    public static string? Of(string eventName) => eventName switch
    {
        "number.created" => Created,
        "number.connected" => Connected,
        "number.disconnected" => Disconnected,
        "number.removed" => Removed,
        _ => null,
    };
}

/// <summary>The health of a number: <c>healthy</c>, or the suffix of the provider's <c>number.health_*</c>.</summary>
internal static class NumberHealth
{
    public const string Healthy = "healthy";
    public const string Degraded = "degraded";
    public const string Shadowban = "shadowban";
    public const string Blocked = "blocked";
    private const string Prefix = "number.health_";

    /// <summary>
    /// The health that an event of this name tells, or null if it tells none. Being connected is no sign of health:
    /// only <c>number.recovered</c> heals. What is too long for a word of health tells none.
    /// </summary>
    public static string? Of(string eventName) => eventName switch
    {
        "number.recovered" => Healthy,
        _ when eventName.Length > Prefix.Length && eventName.StartsWith(Prefix, StringComparison.Ordinal) => ProviderJson.AsId(eventName[Prefix.Length..]),
        _ => null,
    };

    /// <summary>How bad a health is: 0 is none of it. An unknown ailment outranks health and no known ailment.</summary>
    public static int Severity(string health) => health switch
    {
        Healthy => 0,
        Degraded => 2,
        Shadowban => 3,
        Blocked => 4,
        _ => 1,
    };
}
