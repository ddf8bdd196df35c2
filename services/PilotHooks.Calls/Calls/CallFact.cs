namespace PilotHooks.Calls.Calls;

/// <summary>
/// Who says something of a call. Where several say the same thing, the first in this order is believed: the
/// provider's own lifecycle knows more than Meta's entry, and an entry of the call more than a bare status.
/// </summary>
internal enum CallOrigin : short
{
    Lifecycle = 0,
    NativeCall = 1,
    NativeStatus = 2,
}

/// <summary>
/// What one event, or one entry of a native envelope, says of a call. A call is what all its facts come to, in whatever
/// order they arrive. Phones are E.164 with <c>+</c>; null is what was not said.
/// </summary>
/// <param name="EventId">With <paramref name="Entry"/>, the fact's identity: it counts once.</param>
/// <param name="Entry">The place in the envelope, from 0; always 0 for <c>call.*</c>.</param>
internal sealed record CallFact(Guid EventId, int Entry, CallOrigin Origin, DateTimeOffset At, string Event)
{
    /// <summary>The provider's id.</summary>
    public string? CallId { get; init; }

    /// <summary>Meta's id (<c>wacid...</c>).</summary>
    public string? ExternalCallId { get; init; }

    /// <summary>The business's number.</summary>
    public string? NumberId { get; init; }

    /// <summary><c>INBOUND</c> or <c>OUTBOUND</c>.</summary>
    public string? Direction { get; init; }

    /// <summary>The provider's status in capitals; see <see cref="CallStatus"/>.</summary>
    public string? Status { get; init; }

    /// <summary>How far along that status is.</summary>
    public short StatusRank => CallStatus.Rank(Status, Event, Origin);

    public string? From { get; init; }

    public string? To { get; init; }

    public DateTimeOffset? RingingAt { get; init; }

    public DateTimeOffset? ConnectedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public DateTimeOffset? MissedAt { get; init; }

    public int? DurationSeconds { get; init; }

    /// <summary><c>offer</c> or <c>answer</c>.</summary>
    public string? SdpType { get; init; }

    /// <summary>Holds addresses and credentials: answered only when asked for, never logged.</summary>
    public string? Sdp { get; init; }

    /// <summary>The business's phone where the envelope itself names it.</summary>
    public string? DisplayPhone { get; init; }

    /// <summary>The same without its session description; that there was one stays. The statement of the retention leaves the same.</summary>
    public CallFact WithoutContent() => this with { Sdp = null };

    /// <summary>
    /// One of two readings of the same fact, which came twice: a time that is one of arrival is that of the first, and the
    /// number may have been known to one only. The statement of the merge does the same.
    /// </summary>
    public CallFact JoinedWith(CallFact other) => this with
    {
        NumberId = Lesser(NumberId, other.NumberId),
        At = At <= other.At ? At : other.At,
        RingingAt = Earlier(RingingAt, other.RingingAt),
        ConnectedAt = Earlier(ConnectedAt, other.ConnectedAt),
        EndedAt = Earlier(EndedAt, other.EndedAt),
        MissedAt = Earlier(MissedAt, other.MissedAt),
    };

    /// <summary>The phones that are ours by this fact: who is called from outside, and who calls out.</summary>
    public IEnumerable<string> OwnPhones
    {
        get
        {
            if (DisplayPhone is not null)
            {
                yield return DisplayPhone;
            }

            if ((Direction switch { CallDirection.Inbound => To, CallDirection.Outbound => From, _ => null }) is { } own)
            {
                yield return own;
            }
        }
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;

    private static string? Lesser(string? one, string? other) => one is null || (other is not null && string.CompareOrdinal(other, one) < 0) ? other : one;
}
