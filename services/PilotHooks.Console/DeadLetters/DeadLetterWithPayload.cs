using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PilotHooks.Console.DeadLetters;

/// <summary>
/// The single read: a list's item and the payload, which is the provider's JSON character for character, or text where it
/// is not JSON; null once it is no longer kept.
/// </summary>
internal sealed record DeadLetterWithPayload(
    Guid Id, string Queue, string Service, Guid? EventId, string? Event, string? Source, string? NumberId,
    string? Reason, string? ExceptionType, DateTimeOffset FailedAt, DateTimeOffset? ReplayedAt,
    [property: JsonConverter(typeof(DeadLetterWithPayload.RawPayloadConverter))] byte[]? Payload)
{
    public static DeadLetterWithPayload Of(DeadLetterItem item, byte[]? payload) => new(
        item.Id, item.Queue, item.Service, item.EventId, item.Event, item.Source, item.NumberId,
        item.Reason, item.ExceptionType, item.FailedAt, item.ReplayedAt, payload);

    internal sealed class RawPayloadConverter : JsonConverter<byte[]>
    {
        public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => throw new NotSupportedException("Payloads are only written.");

        public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options)
        {
            if (IsJson(value))
            {
                writer.WriteRawValue(value, skipInputValidation: true);
            }
            else
            {
                writer.WriteStringValue(Encoding.UTF8.GetString(value));
            }
        }

        private static bool IsJson(byte[] value)
        {
            try
            {
                var reader = new Utf8JsonReader(value);
                return JsonDocument.TryParseValue(ref reader, out var document) && Whole(document, reader.BytesConsumed, value);
            }
            catch (JsonException)
            {
                return false;
            }
        }

        private static bool Whole(JsonDocument document, long consumed, byte[] value)
        {
            document.Dispose();
            return value.AsSpan((int)consumed).Trim(" \t\r\n"u8).IsEmpty;
        }
    }
}
