namespace PilotHooks.Relay.Endpoints;

/// <summary>
/// Which events an endpoint gets. Gating is explicit, as Pilot Status documents it: an empty list dispatches nothing,
/// <c>"*"</c> everything, a list only what it names.
/// </summary>
internal static class EventGate
{
    /// <summary>Everything that providers send.</summary>
    public const string All = "*";

    /// <summary>An endpoint fails or was paused, or a message that was sent has no status for too long.</summary>
    public const string DeliveryAlert = "delivery.alert";

    /// <summary>A number has been down for too long.</summary>
    public const string NumberAlert = "number.alert";

    /// <summary>A source sends what is not understood or refused, or nothing at all for too long.</summary>
    public const string IntakeAlert = "intake.alert";

    private const string HealthPrefix = "number.health_";

    private static readonly string[] Groups = ["message.*", "number.*", "number.health_*", "call.*"];

    /// <summary>The names of Pilot Status's event reference; health names are known by their prefix.</summary>
    private static readonly HashSet<string> PilotStatusNames =
    [
        "message.sent", "message.delivered", "message.read", "message.failed",
        "message.received", "message.reply", "message.group", "message.newsletter",
        "number.created", "number.connected", "number.disconnected", "number.removed", "number.recovered",
        "call.ringing", "call.connected", "call.ended", "call.missed", "call.permission_updated", "calls",
    ];

    /// <summary>The names of the WhatsApp API Platform's documentation.</summary>
    private static readonly HashSet<string> PlatformNames = ["message.incoming", "message.report", "form.submitted"];

    /// <summary>Alerts of the relay itself: only whoever lists them gets them, "*" and groups mean providers' events.</summary>
    private static readonly HashSet<string> Alerts = [DeliveryAlert, NumberAlert, IntakeAlert];

    /// <summary>The names that nobody could ever send: what a 400 names.</summary>
    public static IReadOnlyList<string> Unknown(IEnumerable<string> events)
        => [.. events.Where(name => name != All && !Groups.Contains(name) && !Alerts.Contains(name) && !IsPilotStatus(name) && !PlatformNames.Contains(name)).Distinct()];

    /// <summary>
    /// Drops the names that the number's provider cannot emit, given the events seen of that number. A number that is
    /// not known yet, or known through both providers, drops none; groups and "*" always stay.
    /// </summary>
    public static string[] DropImpossible(IEnumerable<string> events, IReadOnlyCollection<string> seen)
    {
        var pilotStatus = seen.Any(IsPilotStatus);
        var platform = seen.Any(PlatformNames.Contains);
        return
        [
            .. events.Distinct().Where(name => pilotStatus == platform
                || (IsPilotStatus(name) ? pilotStatus : !PlatformNames.Contains(name) || platform)),
        ];
    }

    /// <summary>The entries of a subscription that select this event: an endpoint gets it if it lists one of them.</summary>
    public static string[] Patterns(string name)
        => Alerts.Contains(name) ? [name] : [name, .. Groups.Where(group => name.StartsWith(group[..^1], StringComparison.Ordinal)), All];

    private static bool IsPilotStatus(string name)
        => PilotStatusNames.Contains(name)
            || (name.StartsWith(HealthPrefix, StringComparison.Ordinal) && name.Length > HealthPrefix.Length && name.AsSpan(HealthPrefix.Length).IndexOfAnyExcept(HealthCharacters) < 0);

    private static readonly System.Buffers.SearchValues<char> HealthCharacters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_");
}
