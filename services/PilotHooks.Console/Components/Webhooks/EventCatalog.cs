namespace PilotHooks.Console.Components.Webhooks;

/// <summary>The names that an endpoint can subscribe to, in the order in which they are offered.</summary>
internal static class EventCatalog
{
    /// <summary>Everything that providers send.</summary>
    public const string All = "*";

    private const string HealthPrefix = "number.health_";

    /// <summary>Each group's text, the name that stands for all of it, and the names in it.</summary>
    public static readonly IReadOnlyList<EventGroup> Groups =
    [
        new("Messages", "message.*",
        [
            "message.received", "message.reply", "message.group", "message.newsletter", "message.incoming",
            "message.sent", "message.delivered", "message.read", "message.failed", "message.report",
        ]),
        new("Numbers", "number.*",
        [
            "number.created", "number.connected", "number.disconnected", "number.removed", "number.recovered",
            "number.health_*", "number.health_degraded", "number.health_blocked", "number.health_shadowban",
        ]),
        new("Calls", "call.*", ["call.ringing", "call.connected", "call.ended", "call.missed", "call.permission_updated"]),
        new("Further", Wildcard: null, ["form.submitted", "calls", "delivery.alert", "number.alert", "intake.alert"]),
    ];

    /// <summary>Single names, for a filter.</summary>
    public static IEnumerable<string> Names => Groups.SelectMany(group => group.Names).Where(name => !name.EndsWith('*'));

    /// <summary>The group's names and those of the endpoint that belong here too: providers invent health names.</summary>
    public static IEnumerable<string> NamesIn(EventGroup group, IEnumerable<string> selected)
        => group.Names.Concat(selected.Where(name => group.Wildcard == "number.*" && name.StartsWith(HealthPrefix, StringComparison.Ordinal))).Distinct();

    /// <summary>The key of what is said of a name; null for one that only a provider knows.</summary>
    public static string? Text(string name)
        => name == All || Groups.Any(group => group.Wildcard == name || group.Names.Contains(name)) ? $"Event {name}" : null;
}

/// <param name="Text">The key of its name.</param>
/// <param name="Wildcard">Stands for all of it; null if nothing does.</param>
/// <param name="Names">Those in it.</param>
internal sealed record EventGroup(string Text, string? Wildcard, IReadOnlyList<string> Names);
