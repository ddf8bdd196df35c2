using System.Text.Json;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Calls.Calls;

/// <summary>Reads <c>call.*</c> by the provider's table (event reference, "call.* payload").</summary>
internal static class CallEventReader
{
    /// <summary>The fact in the event; null where it has neither an id nor both parties, so that it is nobody's.</summary>
    public static CallFact? Read(CallChanged message)
    {
        using var document = ProviderJson.Parse(message.Payload);
        // The documents say flat; a wrapped one means the same.
        var data = document.RootElement.Object("data") is { ValueKind: JsonValueKind.Object } wrapped ? wrapped : document.RootElement;
        var duration = data.Count("duration");
        // Read anew: an ingress of an older version may have known fewer forms of a time.
        var at = data.Time(message.ReceivedAt, "timestamp") ?? message.OccurredAt;
        var fact = new CallFact(message.EventId, 0, CallOrigin.Lifecycle, at, ProviderJson.Storable(message.Event))
        {
            CallId = data.Id("callId"),
            ExternalCallId = data.Id("externalCallId"),
            NumberId = ProviderJson.AsId(message.NumberId),
            Direction = CallDirection.Of(data.Text("direction")),
            Status = data.Id("status")?.ToUpperInvariant() ?? StatusOf(message.Event, duration),
            From = PhoneNumber.Normalise(data.Id("from")),
            To = PhoneNumber.Normalise(data.Id("to")),
            RingingAt = At("call.ringing"),
            ConnectedAt = At("call.connected"),
            EndedAt = At("call.ended"),
            MissedAt = At("call.missed"),
            DurationSeconds = duration,
        };
        return CallKeys.Of(fact).Count > 0 ? fact : null;

        DateTimeOffset? At(string eventName) => message.Event == eventName ? at : null;
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
