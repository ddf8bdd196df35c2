using System.Text.Json;

namespace PilotHooks.Console.Components.DeadLetters;

/// <summary>A dead letter as the API lists it; read alone it has its payload.</summary>
public sealed record LetterItem(
    Guid Id, string Queue, string Service, Guid? EventId, string? Event, string? Source, string? NumberId,
    string? Reason, string? ExceptionType, DateTimeOffset FailedAt, DateTimeOffset? ReplayedAt, JsonElement? Payload)
{
    /// <summary>JSON as it came; what was no JSON is a string to the API.</summary>
    public string PayloadText => Payload switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString() ?? "",
        { } json => json.GetRawText(),
        _ => "",
    };
}

/// <summary>How far a replay of many is.</summary>
internal sealed record ReplayState(DateTimeOffset? RequestedAt, long Requested, long Replayed, long Refused, long Waiting);

/// <summary>What a replay of many has begun.</summary>
internal sealed record ReplayBegun(int Queued);
