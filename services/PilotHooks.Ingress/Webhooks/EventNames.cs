using System.Text;
using PilotHooks.Ingress.Sources;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>Which contract an event becomes, by its name. The numbers are stored in the spool: append, never renumber.</summary>
internal enum EventKind : byte
{
    UnknownEventReceived = 0,
    MessageStatusReported = 1,
    MessageReceived = 2,
    FormSubmitted = 3,
    NumberChanged = 4,
    CallChanged = 5,
    CallPermissionUpdated = 6,
    CallSignalled = 7,
}

/// <summary>
/// The names that the providers document, and what each becomes (pilot-status-event-reference.md, "Available events";
/// whatsapp-platform-webhooks.md, "Event types"). Any other name is an unknown event, which is kept and relayed.
/// </summary>
internal static class EventNames
{
    public const string Calls = "calls";

    /// <summary>Of an event that has no name.</summary>
    public const string Unknown = "unknown";

    private static readonly Known[] PilotStatus =
    [
        new("message.sent", EventKind.MessageStatusReported),
        new("message.delivered", EventKind.MessageStatusReported),
        new("message.read", EventKind.MessageStatusReported),
        new("message.failed", EventKind.MessageStatusReported),
        new("message.received", EventKind.MessageReceived),
        new("message.reply", EventKind.MessageReceived),
        new("message.group", EventKind.MessageReceived),
        new("message.newsletter", EventKind.MessageReceived),
        new("number.created", EventKind.NumberChanged),
        new("number.connected", EventKind.NumberChanged),
        new("number.disconnected", EventKind.NumberChanged),
        new("number.removed", EventKind.NumberChanged),
        new("number.recovered", EventKind.NumberChanged),
        new("number.health_degraded", EventKind.NumberChanged),
        new("number.health_blocked", EventKind.NumberChanged),
        new("number.health_shadowban", EventKind.NumberChanged),
        new("call.ringing", EventKind.CallChanged),
        new("call.connected", EventKind.CallChanged),
        new("call.ended", EventKind.CallChanged),
        new("call.missed", EventKind.CallChanged),
        new("call.permission_updated", EventKind.CallPermissionUpdated),
        new(Calls, EventKind.CallSignalled),
    ];

    private static readonly Known[] Platform =
    [
        new("message.report", EventKind.MessageStatusReported),
        new("message.incoming", EventKind.MessageReceived),
        new("form.submitted", EventKind.FormSubmitted),
    ];

    /// <summary>The name as a string, shared if it is a known one, and what it becomes.</summary>
    public static (string Name, EventKind Kind) Resolve(SourceFormat format, ReadOnlySpan<byte> name)
    {
        foreach (ref readonly var known in (format == SourceFormat.Platform ? Platform : PilotStatus).AsSpan())
        {
            if (name.SequenceEqual(known.Utf8))
            {
                return (known.Name, known.Kind);
            }
        }

        // The reference writes number.health_*: whatever follows is a health of the number.
        var isHealth = format == SourceFormat.PilotStatus && name.StartsWith("number.health_"u8) && name.Length > "number.health_"u8.Length;
        return (Encoding.UTF8.GetString(name), isHealth ? EventKind.NumberChanged : EventKind.UnknownEventReceived);
    }

    private readonly struct Known(string name, EventKind kind)
    {
        public readonly string Name = name;
        public readonly byte[] Utf8 = Encoding.UTF8.GetBytes(name);
        public readonly EventKind Kind = kind;
    }
}
