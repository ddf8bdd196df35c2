namespace PilotHooks.Calls.Calls;

/// <summary>The provider's statuses of a call and how far along each one is.</summary>
internal static class CallStatus
{
    public const string Initiated = "INITIATED";
    public const string Ringing = "RINGING";
    public const string Accepted = "ACCEPTED";
    public const string Failed = "FAILED";
    public const string Missed = "MISSED";
    public const string Rejected = "REJECTED";
    public const string Completed = "COMPLETED";

    private const short FirstEnded = 30;
    private const short LifecycleFirst = 10;

    /// <summary>All of them; <c>INITIATED</c> is in the provider's answers only, never yet in an event.</summary>
    public static IReadOnlyList<string> All { get; } = [Initiated, Ringing, Accepted, Completed, Failed, Rejected, Missed];

    /// <summary>
    /// A call shows the highest. INITIATED, RINGING, ACCEPTED, then how it ended: FAILED, MISSED, REJECTED, COMPLETED,
    /// from the vaguest to the one that says most. The provider's word for the end wins over Meta's, which knows only
    /// COMPLETED and FAILED. A word nobody knows stands just below the known one of its event.
    /// </summary>
    public static short Rank(string? status, string eventName, CallOrigin origin)
    {
        var rank = (status, eventName) switch
        {
            (null, _) => 0,
            (Initiated, _) => 5,
            (Ringing, _) => 10,
            (Accepted, _) => 20,
            (Failed, _) => FirstEnded,
            (Missed, _) => 31,
            (Rejected, _) => 32,
            (Completed, _) => 33,
            (_, "call.connected") => 19,
            (_, "call.ended" or "call.missed" or "terminate") => FirstEnded - 1,
            _ => 9,
        };
        return (short)(rank >= FirstEnded - 1 && origin == CallOrigin.Lifecycle ? rank + LifecycleFirst : rank);
    }
}

/// <summary>The provider's directions of a call, and Meta's words for them.</summary>
internal static class CallDirection
{
    public const string Inbound = "INBOUND";
    public const string Outbound = "OUTBOUND";

    /// <summary>Both of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Inbound, Outbound];

    /// <summary>The direction that the word means, in any case; null for none and for a word nobody knows.</summary>
    public static string? Of(string? word) => word?.ToUpperInvariant() switch
    {
        Inbound or "USER_INITIATED" => Inbound,
        Outbound or "BUSINESS_INITIATED" => Outbound,
        _ => null,
    };
}
