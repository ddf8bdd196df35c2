using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PilotHooks.Simulator.Events;

/// <summary>Who sends an event: it decides where in the ingress it goes and whether it is signed.</summary>
internal enum Sender
{
    PilotStatus,
    Platform,
}

/// <summary>An event as it goes over the wire.</summary>
/// <param name="NumberId">The number it belongs to, for webhooks that are bound to one; not sent beside the body.</param>
internal sealed record SimulatedEvent(string Name, Sender Sender, string? NumberId, byte[] Body)
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static SimulatedEvent Of(string name, Sender sender, string? numberId, JsonObject body)
        => new(name, sender, numberId, JsonSerializer.SerializeToUtf8Bytes(body, Json));

    /// <summary>ISO 8601 with milliseconds, as every document has it.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}

/// <summary>An event of a story and when it happens.</summary>
internal sealed record Step(DateTimeOffset At, SimulatedEvent Event);
