using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Relay.Formats;

/// <summary>
/// Between the two providers' schemas:
/// <code>
/// Pilot Status v3                               WhatsApp API Platform
/// message.received | reply | group | newsletter -> message.incoming, data.object = data
/// message.received                              &lt;- message.incoming
/// message.sent | delivered | read | failed      &lt;-> message.report
///   event                                         data.object.status, in capitals
///   data.messageId                                data.object.recipient.customer_id
///   data.to                                       data.object.recipient.phone_number
///   data.createdAt                                data.object.timestamp, and reported_at
///   data.error, errorCode                         data.object.error, errorCode
/// everything else: event, data                  &lt;-> type, data.object, the name unchanged
/// </code>
/// An event that has the target schema passes untouched, and so does Meta's own envelope to Pilot Status, which sends it
/// as it is. What the table does not name keeps its name and value.
/// </summary>
internal static class Translation
{
    private const string ApiVersion = "2026-02-04";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Incoming = ["message.received", "message.reply", "message.group", "message.newsletter"];
    private static readonly string[] Statuses = ["sent", "delivered", "read", "failed"];

    public static ReadOnlyMemory<byte> ToPlatform(RelayedEvent relayed)
    {
        using var document = ProviderJson.Parse(relayed.Payload);
        var body = document.RootElement;
        if (EventShape.Of(body) == EventSchema.Platform)
        {
            return relayed.Payload;
        }

        var status = Statuses.FirstOrDefault(status => relayed.Event == $"message.{status}");
        return Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("id", $"evt_{relayed.EventId}");
            writer.WriteString("type", status is not null ? "message.report" : Incoming.Contains(relayed.Event) ? "message.incoming" : relayed.Event);
            writer.WriteString("api_version", ApiVersion);
            writer.WriteNumber("created_at", new DateTimeOffset(relayed.OccurredAt, TimeSpan.Zero).ToUnixTimeSeconds());
            writer.WriteBoolean("liveMode", true);
            writer.WriteStartObject("data");
            writer.WritePropertyName("object");
            WriteObject(writer, relayed, body, status);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
    }

    public static ReadOnlyMemory<byte> ToPilotStatus(RelayedEvent relayed)
    {
        using var document = ProviderJson.Parse(relayed.Payload);
        var body = document.RootElement;
        if (EventShape.Of(body) != EventSchema.Platform)
        {
            return relayed.Payload;
        }

        var detail = EventShape.Detail(body);
        return relayed.Event switch
        {
            "message.report" => Write(writer => WriteReport(writer, relayed, detail)),
            "message.incoming" => Write(writer => WriteReceived(writer, relayed, detail)),
            _ => Write(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("event", relayed.Event);
                writer.WritePropertyName("data");
                writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(detail), skipInputValidation: true);
                writer.WriteEndObject();
            }),
        };
    }

    private static void WriteObject(Utf8JsonWriter writer, RelayedEvent relayed, JsonElement body, string? status)
    {
        var detail = EventShape.Detail(body);
        writer.WriteStartObject();
        if (status is not null)
        {
            var at = EventShape.Text(detail, "createdAt") ?? Time(relayed.OccurredAt);
            writer.WriteStartObject("recipient");
            Copy(writer, detail, "messageId", "customer_id");
            Copy(writer, detail, "to", "phone_number");
            writer.WriteEndObject();
            writer.WriteString("status", status.ToUpperInvariant());
            writer.WriteString("reported_at", at);
            writer.WriteString("timestamp", at);
            CopyOthers(writer, detail, "messageId", "to", "createdAt", "status", "recipient", "reported_at", "timestamp");
        }
        else
        {
            CopyOthers(writer, detail, "event");
        }

        writer.WriteEndObject();
    }

    private static void WriteReport(Utf8JsonWriter writer, RelayedEvent relayed, JsonElement report)
    {
        var status = EventShape.Text(report, "status")?.ToLowerInvariant();
        writer.WriteStartObject();
        // A status that has no event of its own is told by its name all the same.
        writer.WriteString("event", status is null ? relayed.Event : $"message.{status}");
        writer.WriteStartObject("data");
        writer.WriteString("to", EventShape.Text(report, "recipient.phone_number"));
        writer.WriteString("numberId", EventShape.Text(report, "numberId") ?? relayed.NumberId);
        writer.WriteString("messageId", EventShape.Text(report, "recipient.customer_id"));
        writer.WriteBoolean("fromMe", true);
        writer.WriteString("createdAt", EventShape.Text(report, "timestamp", "reported_at") ?? Time(relayed.OccurredAt));
        CopyOthers(writer, report, "recipient", "status", "reported_at", "timestamp", "to", "numberId", "messageId", "fromMe", "createdAt");
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>The platform does not document the object of an incoming message, so the usual names are looked for.</summary>
    private static void WriteReceived(Utf8JsonWriter writer, RelayedEvent relayed, JsonElement message)
    {
        writer.WriteStartObject();
        writer.WriteString("event", "message.received");
        writer.WriteStartObject("data");
        writer.WriteString("from", EventShape.Text(message, "from", "sender.phone_number", "from.phone_number", "contact.phone_number", "phone_number", "sender"));
        writer.WriteString("to", EventShape.Text(message, "to", "recipient.phone_number", "to.phone_number"));
        writer.WriteString("numberId", EventShape.Text(message, "numberId") ?? relayed.NumberId);
        writer.WriteString("messageId", EventShape.Text(message, "messageId", "message_id", "wamid", "customer_id", "id"));
        writer.WriteString("id", EventShape.Text(message, "id", "message_id", "messageId"));
        writer.WriteString("type", EventShape.Text(message, "type", "message_type") ?? "text");
        writer.WriteBoolean("fromMe", false);
        writer.WriteString("content", EventShape.Text(message, "content", "text.body", "text", "body", "message.text", "message", "caption"));
        writer.WriteString("createdAt", EventShape.Text(message, "createdAt", "created_at", "timestamp", "received_at") ?? Time(relayed.OccurredAt));
        CopyOthers(writer, message, "from", "to", "numberId", "messageId", "id", "type", "fromMe", "content", "createdAt");
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Copy(Utf8JsonWriter writer, JsonElement from, string name, string target)
    {
        writer.WritePropertyName(target);
        if (from.TryGetProperty(name, out var value))
        {
            // As it was written, so that no escape is lost or refused.
            writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    private static void CopyOthers(Utf8JsonWriter writer, JsonElement from, params string[] except)
    {
        foreach (var member in from.EnumerateObject())
        {
            // A name that holds half a surrogate pair is no text, and cannot be written as one.
            if (NameOf(member) is not { } name || except.Contains(name))
            {
                continue;
            }

            writer.WritePropertyName(name);
            writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(member.Value), skipInputValidation: true);
        }
    }

    private static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Time(DateTime utc) => utc.ToString(TimeFormat, CultureInfo.InvariantCulture);

    internal static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
        {
            write(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
