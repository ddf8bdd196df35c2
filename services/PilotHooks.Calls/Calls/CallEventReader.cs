using System.Text.Json;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Calls.Calls;

/// <summary>Reads <c>call.*</c> by the provider's table (event reference, "call.* payload").</summary>
internal static class CallEventReader
{
    /// <summary>The fact in the event.</summary>
    /// <exception cref="InvalidDataException">It has neither an id nor both parties, so it is nobody's.</exception>
    public static CallFact Read(CallChanged message)
    {
        using var document = ProviderJson.Parse(message.Payload);
        // The documents say flat; a wrapped one means the same.
        var data = document.RootElement.Object("data") is { ValueKind: JsonValueKind.Object } wrapped ? wrapped : document.RootElement;
        var duration = data.Count("duration");
        var fact = new CallFact(message.EventId, 0, CallOrigin.Lifecycle, message.OccurredAt, message.Event)
        {
            CallId = data.Text("callId"),
            ExternalCallId = data.Text("externalCallId"),
            NumberId = message.NumberId,
            Direction = CallDirection.Of(data.Text("direction")),
            Status = data.Text("status")?.ToUpperInvariant() ?? StatusOf(message.Event, duration),
            From = PhoneNumber.Normalise(data.Text("from")),
            To = PhoneNumber.Normalise(data.Text("to")),
            RingingAt = At("call.ringing"),
            ConnectedAt = At("call.connected"),
            EndedAt = At("call.ended"),
            MissedAt = At("call.missed"),
            DurationSeconds = duration,
        };
        return CallKeys.Of(fact).Count > 0 ? fact : throw new InvalidDataException($"Event {message.EventId} names no call.");

        DateTimeOffset? At(string eventName) => message.Event == eventName ? message.OccurredAt : null;
    }

    private static string? StatusOf(string eventName, int? duration) => eventName switch
    {
        "call.ringing" => CallStatus.Ringing,
        "call.connected" => CallStatus.Accepted,
        "call.missed" => CallStatus.Missed,
        // The duration is there only if the call was answered.
        "call.ended" when duration is not null => CallStatus.Completed,
        _ => null,
    };
}
