using PilotHooks.Contracts;

namespace PilotHooks.Relay.Outages;

/// <summary>What one <c>number.*</c> event says of its number.</summary>
/// <param name="Place">
/// Where it stands among the events of the same moment: created, connected, disconnected, removed, then health from
/// recovered to blocked. Further ties end by name and event id, so that time and place are a total order.
/// </param>
/// <param name="State">The state that it begins, or null if it begins none.</param>
/// <param name="Health"><c>healthy</c> or what the number suffers from, or null for an event that is not of health.</param>
internal sealed record NumberChange(Guid EventId, string NumberId, DateTimeOffset At, string Place, string? State, string? Health)
{
    public const string Disconnected = "disconnected";
    public const string Removed = "removed";
    public const string Blocked = "blocked";

    private const string Healthy = "healthy";
    private const string HealthPrefix = "number.health_";

    /// <summary>Null for an event that says nothing of connection and health, or of no number.</summary>
    public static NumberChange? Read(IWebhookEvent archived)
    {
        var (state, health) = (StateOf(archived.Event), HealthOf(archived.Event));
        return archived is NumberChanged { NumberId: { } numberId } && (state ?? health) is not null
            ? new NumberChange(archived.EventId, numberId, archived.OccurredAt, $"{Rank(state, health)} {archived.Event} {archived.EventId:N}", state, health)
            : null;
    }

    private static string? StateOf(string name) => name switch
    {
        "number.created" => "created",
        "number.connected" => "connected",
        "number.disconnected" => Disconnected,
        "number.removed" => Removed,
        _ => null,
    };

    /// <summary>Being connected is no sign of health: only <c>number.recovered</c> heals.</summary>
    private static string? HealthOf(string name)
        => name == "number.recovered" ? Healthy
            : name.Length > HealthPrefix.Length && name.StartsWith(HealthPrefix, StringComparison.Ordinal) ? name[HealthPrefix.Length..]
            : null;

    private static char Rank(string? state, string? health) => (state, health) switch
    {
        ("created", _) => '1',
        ("connected", _) => '2',
        (Disconnected, _) => '3',
        (Removed, _) => '4',
        (_, Healthy) => '5',
        (_, "degraded") => '7',
        (_, "shadowban") => '8',
        (_, Blocked) => '9',
        _ => '6',
    };
}
