namespace PilotHooks.Console.Components.Calls;

/// <summary>A call as the API shows it; <see cref="Signalling"/> only where it was asked for.</summary>
public sealed record CallItem(
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
    int Signals,
    IReadOnlyList<CallSignal>? Signalling)
{
    public bool IsInbound => Direction == "INBOUND";

    /// <summary>By which the API knows it; null for a call of which only the parties are known.</summary>
    public string? Id => CallId ?? ExternalCallId;

    /// <summary>Null where it has no id, and therefore no page.</summary>
    public string? Href => Id is null ? null : $"/calls/{Uri.EscapeDataString(Id)}";

    /// <summary>The other side of the call: who calls us, or whom we call.</summary>
    public string? Contact => IsInbound ? From : To;

    /// <summary>When it began, as far as it is known.</summary>
    public DateTimeOffset? BeganAt => new[] { RingingAt, ConnectedAt, MissedAt, EndedAt }.Min();
}

/// <summary>One native entry of a call's signalling.</summary>
public sealed record CallSignal(DateTimeOffset At, string Event, string? SdpType, string? Sdp);

/// <summary>How many calls there were in a time, and how they went.</summary>
internal sealed record CallStats(long Total, long Missed, long Completed, long Failed, long Ongoing, int? AverageSeconds);

/// <summary>Whether a contact may be called.</summary>
public sealed record CallPermission(string Contact, string Status, DateTimeOffset At);
