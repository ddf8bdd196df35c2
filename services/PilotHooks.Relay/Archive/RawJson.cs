using System.Text.Json;
using System.Text.Json.Serialization;

namespace PilotHooks.Relay.Archive;

/// <summary>JSON that was received and checked before, written into an answer byte for byte.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record RawJson(byte[] Utf8)
{
    public static RawJson? Of(byte[]? utf8) => utf8 is null ? null : new RawJson(utf8);

    private sealed class Converter : JsonConverter<RawJson>
    {
        public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => throw new NotSupportedException("It is only ever written.");

        public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options)
            => writer.WriteRawValue(value.Utf8, skipInputValidation: true);
    }
}
