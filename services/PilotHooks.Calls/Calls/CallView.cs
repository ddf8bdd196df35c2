using System.Text.Json.Serialization;

namespace PilotHooks.Calls.Calls;

/// <summary>A call. Phones are E.164 with <c>+</c>, times the provider's; null is not known.</summary>
/// <param name="CallId">The provider's id; null for a call known by native signalling alone.</param>
/// <param name="ExternalCallId">Meta's id (<c>wacid...</c>).</param>
/// <param name="NumberId">The number of ours; null where the provider does not say and nobody has learned it.</param>
/// <param name="From">Who called.</param>
/// <param name="To">Who was called.</param>
/// <param name="RingingAt">When it began to ring.</param>
/// <param name="ConnectedAt">When it was answered.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="MissedAt">When it was reported as missed.</param>
/// <param name="DurationSeconds">How long it was connected.</param>
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

/// <summary>One native entry of a call's signalling.</summary>
/// <param name="At">When it happened.</param>
/// <param name="Event">Meta's event name, or the status of a status entry.</param>
/// <param name="SdpType"><c>offer</c> or <c>answer</c> where there is or was a session description.</param>
/// <param name="Sdp">The session description; null where only the signalling was asked for, and once it is no longer kept.</param>
internal sealed record SignalView(DateTimeOffset At, string Event, string? SdpType, string? Sdp);

/// <summary>How many calls there were, and how they went. Times are those of a call's first event.</summary>
/// <param name="Total">All of them.</param>
/// <param name="Missed">Missed.</param>
/// <param name="Completed">Answered and ended.</param>
/// <param name="Failed">Failed or rejected.</param>
/// <param name="Ongoing">Ringing or accepted, and not known to have ended.</param>
/// <param name="AverageSeconds">Of the completed ones; null if none has a duration.</param>
internal sealed record CallStats(long Total, long Missed, long Completed, long Failed, long Ongoing, int? AverageSeconds);
