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
    /// <summary>The native entries, oldest first; only in an answer to <c>includeSdp=1</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SignalView>? Signalling { get; init; }
}

/// <summary>One native entry: Meta's event name, or the status of a status entry.</summary>
internal sealed record SignalView(DateTimeOffset At, string Event, string? SdpType, string? Sdp);
