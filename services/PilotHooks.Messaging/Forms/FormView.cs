using System.Text.Json;
using System.Text.Json.Serialization;

namespace PilotHooks.Messaging.Forms;

/// <summary>A submission as the API answers it. <c>Id</c> is the provider's, of the event that brought it; <c>Fields</c> are null once they are no longer kept.</summary>
internal sealed record FormView(string? Id, Guid EventId, string? NumberId, string Source, ReceivedJson? Fields, DateTimeOffset SubmittedAt);

/// <summary>JSON that is answered as it was received.</summary>
[JsonConverter(typeof(Converter))]
internal sealed record ReceivedJson(string Text)
{
    private sealed class Converter : JsonConverter<ReceivedJson>
    {
        public override ReceivedJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => throw new NotSupportedException("Received JSON is only answered.");

        // It was parsed when it was merged.
        public override void Write(Utf8JsonWriter writer, ReceivedJson value, JsonSerializerOptions options)
            => writer.WriteRawValue(value.Text, skipInputValidation: true);
    }
}
