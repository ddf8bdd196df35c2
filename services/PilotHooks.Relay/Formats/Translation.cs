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
///   data.error, errorCode                         data.object.error, errorCode, or wherever it tells of an error
/// everything else: event, data                  &lt;-> type, data.object, the name unchanged
/// </code>
/// An event that has the target schema passes untouched, and so does Meta's own envelope to Pilot Status, which sends it
/// as it is. What the table does not name keeps its name and value. Where an incoming message or a report keeps its facts, in
/// Meta's shape too, is what MessageFields says, which whoever merges messages reads as well.
/// </summary>
internal static class Translation
{
    private const string Report = "message.report";
    private const string ApiVersion = "2026-02-04";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Incoming = ["message.received", "message.reply", "message.group", "message.newsletter"];
    private static readonly string[] Statuses = ["sent", "delivered", "read", "failed"];

    /// <summary>Whether an event of this name tells how far a message got.</summary>
    public static bool IsStatus(string name) => name == Report || Statuses.Any(status => name == $"message.{status}");

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
            writer.WriteString("type", status is not null ? Report : Incoming.Contains(relayed.Event) ? "message.incoming" : relayed.Event);
            writer.WriteString("api_version", ApiVersion);
            writer.WriteNumber("created_at", relayed.OccurredAt.ToUnixTimeSeconds());
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
            Report => Write(writer => WriteReport(writer, relayed, detail)),
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
        var facts = StatusFacts.ReadFirst(report);
        writer.WriteStartObject();
        // A status that has no event of its own is told by its name all the same.
        writer.WriteString("event", facts.Status is null ? relayed.Event : $"message.{facts.Status}");
        writer.WriteStartObject("data");
        writer.WriteString("to", facts.To);
        writer.WriteString("numberId", EventShape.Text(report, "numberId") ?? relayed.NumberId);
        // Beside a recipient the id is the platform's own, and a message that failed may have no other.
        writer.WriteString("messageId", report.Object("recipient").ValueKind == JsonValueKind.Object ? EventShape.Text(report, "recipient.customer_id", "message_id", "messageId", "wamid") : facts.MessageId);
        writer.WriteBoolean("fromMe", true);
        writer.WriteString("createdAt", Time(facts.Times, relayed));
        var found = WriteFound(writer, ("error", facts.Error), ("errorCode", facts.ErrorCode));
        CopyOthers(writer, report, ["recipient", "status", "reported_at", "timestamp", "to", "numberId", "messageId", "fromMe", "createdAt", .. found]);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteReceived(Utf8JsonWriter writer, RelayedEvent relayed, JsonElement message)
    {
        var facts = MessageFacts.ReadFirst(message);
        writer.WriteStartObject();
        writer.WriteString("event", "message.received");
        writer.WriteStartObject("data");
        writer.WriteString("from", facts.From);
        writer.WriteString("to", facts.To);
        writer.WriteString("numberId", EventShape.Text(message, "numberId") ?? relayed.NumberId);
        writer.WriteString("messageId", facts.MessageId ?? facts.Id);
        writer.WriteString("id", EventShape.Text(message, "id") ?? facts.Id ?? facts.MessageId);
        writer.WriteString("type", facts.Type ?? "text");
        writer.WriteBoolean("fromMe", facts.FromMe ?? false);
        writer.WriteString("content", facts.Content);
        writer.WriteString("createdAt", Time(facts.Times, relayed));
        var found = WriteFound(
            writer,
            ("mediaLink", facts.MediaLink),
            ("mediaType", facts.MediaType),
            ("mediaCaption", facts.MediaCaption),
            ("mediaFilename", facts.MediaFilename),
            ("participantName", facts.ParticipantName),
            ("quotedMessageId", facts.QuotedMessageId),
            ("contentReplied", facts.ContentReplied),
            ("correlationId", facts.CorrelationId),
            ("groupId", facts.GroupId),
            ("groupName", facts.GroupName),
            ("newsletterId", facts.NewsletterId),
            ("newsletterName", facts.NewsletterName));
        CopyOthers(writer, message, ["from", "to", "numberId", "messageId", "id", "type", "fromMe", "content", "createdAt", .. found]);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>Writes what there is, and returns its names.</summary>
    private static List<string> WriteFound(Utf8JsonWriter writer, params (string Name, string? Value)[] members)
    {
        var found = Array.FindAll(members, member => member.Value is not null);
        Array.ForEach(found, member => writer.WriteString(member.Name, member.Value));
        return [.. found.Select(member => member.Name)];
    }

    /// <summary>As the provider wrote it, but for Meta's seconds since 1970, which Pilot Status does not use.</summary>
    private static string Time(IReadOnlyList<string> times, RelayedEvent relayed)
        => times.FirstOrDefault() is not { } text ? Time(relayed.OccurredAt)
            : text.All(char.IsAsciiDigit) && ProviderTime.Parse(text) is { } moment ? Time(moment)
            : text;

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

    private static void CopyOthers(Utf8JsonWriter writer, JsonElement from, params List<string> except)
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

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

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
