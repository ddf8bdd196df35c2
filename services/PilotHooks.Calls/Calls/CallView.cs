using System.Text.Json.Serialization;

namespace PilotHooks.Calls.Calls;

/// <summary>A call as the API shows it. Phones are E.164 with <c>+</c>, times the provider's; null is not known.</summary>
/// <param name="CallId">The provider's id; null for a call known by native signalling alone.</param>
/// <param name="ExternalCallId">Meta's id (<c>wacid...</c>).</param>
/// <param name="Direction"><c>INBOUND</c> or <c>OUTBOUND</c>.</param>
/// <param name="Status">The furthest point reached, in the provider's capitals.</param>
/// <param name="Signals">How many native entries of the call have arrived.</param>
internal sealed record CallView(
    string? CallId,
    string? ExternalCallId,
    string? NumberId,
    string? Direction,
    string? Status,
    string? From,
    string? To,
    DateTimeOffset? RingingAt,
    DateTimeOffset? ConnectedAt,
    DateTimeOffset? EndedAt,
    DateTimeOffset? MissedAt,
    int? DurationSeconds,
    int Signals)
{
    /// <summary>The native entries, oldest first; only in an answer to <c>includeSignalling=1</c> or <c>includeSdp=1</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SignalView>? Signalling { get; init; }
}

/// <summary>
/// One native entry: Meta's event name, or the status of a status entry. <c>Sdp</c> is null where only the signalling was
/// asked for, and where it is not kept any longer; <c>SdpType</c> tells that there is or was one.
/// </summary>
internal sealed record SignalView(DateTimeOffset At, string Event, string? SdpType, string? Sdp);

/// <summary>How many calls there were, and how they went. Times are those of a call's first event.</summary>
/// <param name="Failed">Failed or rejected.</param>
/// <param name="Ongoing">Ringing or accepted, and not known to have ended.</param>
/// <param name="AverageSeconds">Of the completed ones; null if none has a duration.</param>
internal sealed record CallStats(long Total, long Missed, long Completed, long Failed, long Ongoing, int? AverageSeconds);
