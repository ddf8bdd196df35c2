using System.Text.Json;

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
            : Text(body, "type") is not null && body.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object ? EventSchema.Platform
            : EventSchema.Native;

    /// <summary>The part that tells about the event: <c>data</c>, <c>data.object</c>, or the whole body.</summary>
    public static JsonElement Detail(JsonElement body)
        => !body.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Object ? body
            : Of(body) == EventSchema.Platform && data.TryGetProperty("object", out var inner) && inner.ValueKind == JsonValueKind.Object ? inner
            : data;

    /// <summary>A member that is a text, found under the first of these names; a dot goes one level down.</summary>
    public static string? Text(JsonElement element, params ReadOnlySpan<string> paths)
    {
        foreach (var path in paths)
        {
            if (Find(element, path) is { ValueKind: JsonValueKind.String } found && IsText(found, out var text))
            {
                return text;
            }
        }

        return null;
    }

    private static JsonElement? Find(JsonElement element, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element;
    }

    /// <summary>Half a surrogate pair, escaped, is JSON but no text: such a member is left to the archive.</summary>
    private static bool IsText(JsonElement element, out string text)
    {
        try
        {
            text = element.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            text = "";
            return false;
        }
    }
}
