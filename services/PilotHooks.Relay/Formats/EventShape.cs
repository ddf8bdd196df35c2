using System.Text.Json;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Relay.Formats;

/// <summary>Which provider's schema a body has, told by its shape.</summary>
internal enum EventSchema
{
    /// <summary>Pilot Status v3: an <c>event</c> with its <c>data</c>, or flat as <c>call.*</c> is.</summary>
    PilotStatus,

    /// <summary>WhatsApp API Platform: a <c>type</c> with its <c>data.object</c>.</summary>
    Platform,

    /// <summary>Neither, such as Meta's own <c>calls</c> envelope, which Pilot Status hands on as it is.</summary>
    Native,
}

/// <summary>Reads what both schemas have in common out of a body.</summary>
internal static class EventShape
{
    public static EventSchema Of(JsonElement body)
        => Text(body, "event") is not null ? EventSchema.PilotStatus
            : Text(body, "type") is not null && body.Object("data").ValueKind == JsonValueKind.Object ? EventSchema.Platform
            : EventSchema.Native;

    /// <summary>The part that tells about the event: <c>data</c>, <c>data.object</c>, or the whole body.</summary>
    public static JsonElement Detail(JsonElement body)
    {
        var data = body.Object("data");
        return data.ValueKind == JsonValueKind.Undefined ? body
            : Of(body) == EventSchema.Platform && data.Object("object") is { ValueKind: JsonValueKind.Object } inner ? inner
            : data;
    }

    /// <summary>A text (or number) found under the first of these names; a dot goes one level down.</summary>
    public static string? Text(JsonElement element, params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            if (element.At(path).Text() is { } text)
            {
                return text;
            }
        }

        return null;
    }
}
