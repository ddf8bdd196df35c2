using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PilotHooks.Console.DeadLetters;

/// <summary>A message that a consumer could not process, with its payload.</summary>
/// <param name="Id">The id of the dead letter.</param>
/// <param name="Queue">The queue whose consumer failed.</param>
/// <param name="Service">The service whose consumer failed.</param>
/// <param name="EventId">The id of the event.</param>
/// <param name="Event">The event's name.</param>
/// <param name="Source">The source that the event came from.</param>
/// <param name="NumberId">The number that the event is of; null where it is not known.</param>
/// <param name="Reason">Why it failed.</param>
/// <param name="ExceptionType">The type of the exception.</param>
/// <param name="FailedAt">When it failed.</param>
/// <param name="ReplayedAt">When it was last put back.</param>
/// <param name="Payload">The provider's JSON, character for character, or text where it is not JSON; null once it is no longer kept.</param>
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
