using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using RabbitMQ.Client;

namespace PilotHooks.Console.DeadLetters;

/// <summary>
/// A message's headers as JSON and back, with the types that AMQP gave them. Text, whole numbers of 64 bits, truth values
/// and null stand for themselves; everything else is <c>{"type", "value"}</c>.
/// </summary>
internal static class AmqpHeaders
{
    /// <summary>Added by the broker, the client or MassTransit on the way here; a replay starts without them.</summary>
    private static readonly string[] OfTheWayHere = ["MT-Fault-", "MT-Host-", "MT-Reason", "x-death", "x-first-death-", "x-last-death-", "x-delivery-count", "x-acquired-count", "x-dotnet-pub-seq-no", DeadLetterTopology.FromHeader, DeadLetterTopology.SetAsideAtHeader];

    public static string ToJson(IDictionary<string, object?> headers) => ToNode(headers).ToJsonString();

    /// <summary>The headers that the message had when its consumer first saw it.</summary>
    public static Dictionary<string, object?> OriginalsFromJson(string json)
        => JsonNode.Parse(json)!.AsObject()
            .Where(header => !Array.Exists(OfTheWayHere, prefix => header.Key.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            .ToDictionary(header => header.Key, header => FromNode(header.Value));

    /// <summary>A header's text, as far as it is one.</summary>
    public static string? AsText(object? value) => value switch
    {
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        string text => text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };

    private static JsonObject ToNode(IDictionary<string, object?> table)
        => new(table.Select(header => KeyValuePair.Create(header.Key, ToNode(header.Value))));

    private static JsonNode? ToNode(object? value) => value switch
    {
        null => null,
        // PostgreSQL's jsonb has no NUL; such text is kept as bytes.
        byte[] bytes when Utf8.IsValid(bytes) && !bytes.Contains((byte)0) => JsonValue.Create(Encoding.UTF8.GetString(bytes)),
        byte[] bytes => Typed("text", Convert.ToBase64String(bytes)),
        string text => ToNode(Encoding.UTF8.GetBytes(text)),
        long number => JsonValue.Create(number),
        bool truth => JsonValue.Create(truth),
        BinaryTableValue binary => Typed("binary", Convert.ToBase64String(binary.Bytes ?? [])),
        AmqpTimestamp timestamp => Typed("timestamp", timestamp.UnixTime.ToString(CultureInfo.InvariantCulture)),
        IDictionary<string, object?> table => new JsonObject { ["type"] = "table", ["value"] = ToNode(table) },
        IList list => new JsonArray([.. list.Cast<object?>().Select(ToNode)]),
        float number => Typed("Single", number.ToString("R", CultureInfo.InvariantCulture)),
        double number => Typed("Double", number.ToString("R", CultureInfo.InvariantCulture)),
        IConvertible number => Typed(number.GetTypeCode().ToString(), number.ToString(CultureInfo.InvariantCulture)),
        _ => JsonValue.Create(value.ToString()),
    };

    private static JsonObject Typed(string type, string value) => new() { ["type"] = type, ["value"] = value };

    private static object? FromNode(JsonNode? node) => node switch
    {
        null => null,
        JsonArray array => array.Select(FromNode).ToList(),
        JsonObject typed => FromTyped(typed["type"]!.GetValue<string>(), typed["value"]!),
        JsonValue value when value.TryGetValue(out bool truth) => truth,
        JsonValue value when value.TryGetValue(out long number) => number,
        _ => node.GetValue<string>(),
    };

    private static object FromTyped(string type, JsonNode value) => type switch
    {
        "text" => Convert.FromBase64String(value.GetValue<string>()),
        "binary" => new BinaryTableValue(Convert.FromBase64String(value.GetValue<string>())),
        "timestamp" => new AmqpTimestamp(long.Parse(value.GetValue<string>(), CultureInfo.InvariantCulture)),
        "table" => value.AsObject().ToDictionary(header => header.Key, header => FromNode(header.Value)),
        _ => Convert.ChangeType(value.GetValue<string>(), Enum.Parse<TypeCode>(type), CultureInfo.InvariantCulture),
    };
}
