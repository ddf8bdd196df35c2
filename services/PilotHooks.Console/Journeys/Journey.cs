using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Journeys;

/// <summary>The relay's answer about an event, and the same with further steps.</summary>
internal static class Journey
{
    /// <summary>As deep as a provider may nest: the payload is a part of the answer.</summary>
    private static readonly JsonDocumentOptions AnyDepth = new() { MaxDepth = 4096 };

    // The payload goes through as it is, whatever it holds; it was checked by the ingress.
    private static readonly JsonWriterOptions AsGiven = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonDocument Parse(ReadOnlyMemory<byte> answer) => JsonDocument.Parse(answer, AnyDepth);

    /// <summary>The service that merges an event of this kind beside the relay; null if none does.</summary>
    public static string? ServiceOf(string kind)
        => Queues.ByEvent.FirstOrDefault(of => of.Key.Name == kind).Value?.Split('-', 2)[0];

    /// <summary>
    /// Every field byte for byte as the relay gave it, but for <c>steps</c>: its own and these, in the order of their times.
    /// </summary>
    public static byte[] Compose(JsonElement answer, IEnumerable<JourneyStep> more)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, AsGiven))
        {
            writer.WriteStartObject();
            foreach (var field in answer.EnumerateObject())
            {
                writer.WritePropertyName(field.Name);
                writer.WriteRawValue(field.NameEquals("steps") ? Steps(field.Value, more) : JsonMarshal.GetRawUtf8Value(field.Value), skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static byte[] Steps(JsonElement own, IEnumerable<JourneyStep> more)
        => JsonSerializer.SerializeToUtf8Bytes(
            own.EnumerateArray().Concat(more.Select(step => JsonSerializer.SerializeToElement(step, ApiJson.Options)))
                .OrderBy(step => step.GetProperty("at").GetDateTimeOffset()),
            ApiJson.Options);
}
