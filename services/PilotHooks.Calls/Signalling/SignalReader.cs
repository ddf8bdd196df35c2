using System.Text.Json;
using PilotHooks.Calls.Calls;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Calls.Signalling;

/// <summary>
/// Reads Meta's native entries (WhatsApp calling, webhook reference): <c>calls</c> with connect, terminate and
/// call_created, and <c>statuses</c> of type call. One envelope may carry several, of several calls.
/// </summary>
internal static class SignalReader
{
    /// <summary>The facts in the envelope, numbered by their place in it. An entry that names no call is none.</summary>
    public static IReadOnlyList<CallFact> Read(CallSignalled message)
    {
        using var document = ProviderJson.Parse(message.Payload);
        var facts = new List<CallFact>();
        var entry = 0;
        foreach (var value in CallsEnvelope.Values(document.RootElement))
        {
            var displayPhone = PhoneNumber.Normalise(value.Object("metadata").Id("display_phone_number"));
            foreach (var call in value.Items("calls"))
            {
                facts.Add(OfCall(message, entry++, call, displayPhone));
            }

            foreach (var status in value.Items("statuses"))
            {
                if (string.Equals(status.Text("type") ?? "call", "call", StringComparison.OrdinalIgnoreCase))
                {
                    facts.Add(OfStatus(message, entry, status, displayPhone));
                }

                entry++;
            }
        }

        return facts.FindAll(fact => CallKeys.Of(fact).Count > 0);
    }

    private static CallFact OfCall(CallSignalled message, int entry, JsonElement call, string? displayPhone)
    {
        var at = call.Time(message.ReceivedAt, "timestamp") ?? message.OccurredAt;
        var startTime = call.Time(message.ReceivedAt, "start_time");
        var duration = call.Count("duration");
        var (sdpType, sdp) = SdpOf(call);
        var name = call.Text("event")?.ToLowerInvariant() ?? (sdp is null ? "terminate" : "connect");
        var isConnect = name == "connect";
        var isTerminate = name == "terminate";
        var direction = CallDirection.Of(call.Text("direction")) ?? DirectionOf(isConnect ? sdpType : null);
        // What a contact's connect offers is a call that rings; the business's own connect is only the way to it.
        var rings = isConnect && direction == CallDirection.Inbound;
        return new CallFact(message.EventId, entry, CallOrigin.NativeCall, at, name)
        {
            ExternalCallId = call.Id("id"),
            NumberId = ProviderJson.AsId(message.NumberId),
            Direction = direction,
            // Start and duration are there only if the call was picked up.
            Status = StatusOf(call) ?? (rings ? CallStatus.Ringing : isTerminate && (startTime ?? (object?)duration) is not null ? CallStatus.Completed : null),
            From = PhoneNumber.Normalise(call.Id("from")) ?? (direction == CallDirection.Outbound ? displayPhone : null),
            To = PhoneNumber.Normalise(call.Id("to")) ?? (direction == CallDirection.Inbound ? displayPhone : null),
            RingingAt = rings ? at : null,
            ConnectedAt = startTime,
            EndedAt = isTerminate ? call.Time(message.ReceivedAt, "end_time") ?? at : null,
            DurationSeconds = duration,
            SdpType = sdpType,
            Sdp = sdp,
            DisplayPhone = displayPhone,
        };
    }

    // Meta sends these of calls that the business makes: the recipient is who is called.
    private static CallFact OfStatus(CallSignalled message, int entry, JsonElement status, string? displayPhone)
    {
        var at = status.Time(message.ReceivedAt, "timestamp") ?? message.OccurredAt;
        var word = StatusOf(status);
        return new CallFact(message.EventId, entry, CallOrigin.NativeStatus, at, word ?? "STATUS")
        {
            ExternalCallId = status.Id("id"),
            NumberId = ProviderJson.AsId(message.NumberId),
            Status = word,
            From = displayPhone,
            To = PhoneNumber.Normalise(status.Id("recipient_id")),
            RingingAt = word == CallStatus.Ringing ? at : null,
            ConnectedAt = word == CallStatus.Accepted ? at : null,
            EndedAt = word == CallStatus.Rejected ? at : null,
            DisplayPhone = displayPhone,
        };
    }

    // Samples differ in case, and one has a list.
    private static string? StatusOf(JsonElement entry)
        => (entry.Id("status") ?? entry.Items("status").Select(item => ProviderJson.AsId(item.Text())).FirstOrDefault(text => text is not null))?.ToUpperInvariant();

    private static (string? Type, string? Sdp) SdpOf(JsonElement call)
    {
        var session = call.Object("session");
        var legacy = call.Object("connection").Object("webrtc");
        return (session.Text("sdp_type") ?? legacy.Text("sdp_type"), session.Text("sdp") ?? legacy.Text("sdp"));
    }

    // Some samples leave the direction out: who connects with an offer calls us, and an answer is to our call.
    private static string? DirectionOf(string? sdpType) => sdpType?.ToUpperInvariant() switch
    {
        "OFFER" => CallDirection.Inbound,
        "ANSWER" => CallDirection.Outbound,
        _ => null,
    };
}
