using System.Text.Json;
using System.Text.Json.Serialization;

namespace PilotHooks.Messaging.Forms;

/// <summary>What a customer submitted through a form.</summary>
/// <param name="Id">The provider's id of the event that brought it.</param>
/// <param name="EventId">Our id of that event.</param>
/// <param name="NumberId">The number of ours; null where it is not known.</param>
/// <param name="Source">The source that the event came from.</param>
/// <param name="Fields">What was filled in, as it was received; null once it is no longer kept.</param>
/// <param name="SubmittedAt">When it was submitted.</param>
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
