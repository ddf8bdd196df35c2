namespace PilotHooks.Contracts;

/// <summary>
/// The durable queues of the system and what each one takes. Whoever publishes declares all of them first, so that an
/// event is kept for a consumer that has never run yet. Kinds of different urgency have queues of their own: a flood of
/// statuses holds up neither an inbound message nor a ringing call.
/// </summary>
public static class Queues
{
    /// <summary>Every event, known or not, for the archive and the relay.</summary>
    public const string RelayArchive = "relay-archive";

    /// <summary>Statuses of outbound messages.</summary>
    public const string MessagingStatuses = "messaging-statuses";

    /// <summary>Inbound messages.</summary>
    public const string MessagingInbound = "messaging-inbound";

    /// <summary>Submitted forms.</summary>
    public const string MessagingForms = "messaging-forms";

    /// <summary>Lifecycle and health of numbers.</summary>
    public const string NumbersChanges = "numbers-changes";

    /// <summary>Lifecycle of calls.</summary>
    public const string CallsChanges = "calls-changes";

    /// <summary>Permissions to call a contact.</summary>
    public const string CallsPermissions = "calls-permissions";

    /// <summary>Native signalling of calls.</summary>
    public const string CallsSignalling = "calls-signalling";

    /// <summary>What the ingress is to read again, to read after all, or to forget (<see cref="ByIntake"/>).</summary>
    public const string IngressIntake = "ingress-intake";

    /// <summary>Requests that the ingress refused (<see cref="RefusedRequest"/>), for the relay's log of them.</summary>
    public const string RelayRefusedRequests = "relay-refused-requests";

    /// <summary>
    /// No event's queue: what the services count about themselves (<see cref="FigureReport"/>), for the console to show.
    /// Short-lived, bounded, and never waited for.
    /// </summary>
    public const string ConsoleFigures = "console-figures";

    /// <summary>The queue that each kind of event goes to, beside <see cref="RelayArchive"/>, which takes all of them.</summary>
    public static IReadOnlyDictionary<Type, string?> ByEvent { get; } = new Dictionary<Type, string?>
    {
        [typeof(MessageStatusReported)] = MessagingStatuses,
        [typeof(MessageReceived)] = MessagingInbound,
        [typeof(FormSubmitted)] = MessagingForms,
        [typeof(NumberChanged)] = NumbersChanges,
        [typeof(CallChanged)] = CallsChanges,
        [typeof(CallPermissionUpdated)] = CallsPermissions,
        [typeof(CallSignalled)] = CallsSignalling,
        [typeof(UnknownEventReceived)] = null,
    };

    /// <summary>What goes to <see cref="IngressIntake"/>, and is no event yet.</summary>
    public static IReadOnlyList<Type> ByIntake { get; } = [typeof(UnreadEventReplayed), typeof(RefusedRequestAccepted), typeof(ContactErased)];

    /// <summary>Every queue that a service consumes and that may have dead letters.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. ByEvent.Values.OfType<string>().Distinct(), RelayArchive, IngressIntake, RelayRefusedRequests];
}
