using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace PilotHooks.Relay.Archive;

/// <summary>JSON that was received and checked before, written into an answer as it is.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record RawJson(ReadOnlyMemory<byte> Bytes)
{

    public static RawJson? Of(byte[]? utf8) => utf8 is null ? null : new RawJson(utf8);

    private sealed class Converter : JsonConverter<RawJson>
    {
        public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => throw new NotSupportedException("It is only ever written.");

        public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options)
        {
            // The ingress takes a byte order mark, and bytes that are not UTF-8 within texts; an answer has neither.
            var json = value.Bytes.Span;
            json = json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;
            writer.WriteRawValue(Utf8.IsValid(json) ? json : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json)), skipInputValidation: true);
        }
    }
}
