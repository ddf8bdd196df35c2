using System.Text.Json;

namespace PilotHooks.Console.Components.Events;

/// <summary>An event as the API lists it.</summary>
public sealed record EventItem(Guid EventId, string Event, string Source, string? NumberId, DateTimeOffset ReceivedAt);

/// <summary>An event with its content, which is null once it is no longer kept, and its way.</summary>
internal sealed record EventDetail(
    Guid EventId, string Event, string Source, string? NumberId, DateTimeOffset ReceivedAt, string? TraceId, JsonElement? Payload, IReadOnlyList<EventStep> Steps);

/// <summary>A step of an event's way.</summary>
public sealed record EventStep(string Service, string Step, DateTimeOffset At, double? DurationMs, string Outcome, string? Detail);

/// <summary>A number as filters name it.</summary>
internal sealed record NumberName(string NumberId, string? Phone, string? DisplayName, string State)
{
    public string Text => DisplayName ?? Phone ?? NumberId;
}
