namespace PilotHooks.Calls.Calls;

/// <summary>
/// By what the facts of one call are known to belong together. The provider's events may carry its id, Meta's, or both;
/// Meta's own carry only theirs: one fact with both joins the two.
/// </summary>
internal static class CallKeys
{
    /// <summary>
    /// The keys of a fact. Only one that has neither id is known by its parties: all such facts between the same two,
    /// in the same direction of talk, are one call whatever their times, since a rule by time would depend on what has
    /// arrived. Empty if there is nothing to know it by.
    /// </summary>
    public static IReadOnlyList<string> Of(CallFact fact) => (fact.CallId, fact.ExternalCallId, fact.From, fact.To) switch
    {
        ({ } callId, { } external, _, _) => [OfCallId(callId), OfExternal(external)],
        ({ } callId, null, _, _) => [OfCallId(callId)],
        (null, { } external, _, _) => [OfExternal(external)],
        (null, null, { } from, { } to) => [$"p:{from}>{to}"],
        _ => [],
    };

    /// <summary>The keys under which a caller's text may be known: the provider's id first.</summary>
    public static string[] OfText(string text) => [OfCallId(text), OfExternal(text)];

    private static string OfCallId(string callId) => $"c:{callId}";

    private static string OfExternal(string externalCallId) => $"w:{externalCallId}";
}
