using System.Globalization;

namespace PilotHooks.TestSupport.Telemetry;

/// <summary>
/// Reads the export requests of OTLP (opentelemetry-proto: trace, metrics and logs service), with the field numbers of
/// their .proto files.
/// </summary>
internal static class OtlpMessages
{
    public static List<OtlpSpan> Spans(ReadOnlySpan<byte> request)
    {
        var spans = new List<OtlpSpan>();
        ForEachItem(request, (service, scope, item) => spans.Add(Span(service, scope, item)));
        return spans;
    }

    public static List<OtlpLog> Logs(ReadOnlySpan<byte> request)
    {
        var logs = new List<OtlpLog>();
        ForEachItem(request, (service, scope, item) => logs.Add(Log(service, scope, item)));
        return logs;
    }

    public static List<OtlpMetric> Metrics(ReadOnlySpan<byte> request)
    {
        var metrics = new List<OtlpMetric>();
        ForEachItem(request, (service, _, item) => metrics.Add(Metric(service, item)));
        return metrics;
    }

    private delegate void EachItem(OtlpService service, string scope, ReadOnlySpan<byte> item);

    /// <summary>All three requests are alike: 1 resource groups {1 resource, 2 scope groups {1 scope, 2 items}}.</summary>
    private static void ForEachItem(ReadOnlySpan<byte> request, EachItem each)
    {
        var groups = new ProtobufReader(request);
        while (groups.Read())
        {
            var service = new OtlpService("", "");
            var group = new ProtobufReader(groups.Bytes);
            while (group.Read())
            {
                if (group.Field == 1)
                {
                    var attributes = Attributes(group.Bytes, field: 1);
                    service = new OtlpService(attributes.GetValueOrDefault("service.name", ""), attributes.GetValueOrDefault("service.instance.id", ""));
                }
                else if (group.Field == 2)
                {
                    var scope = "";
                    var scopeGroup = new ProtobufReader(group.Bytes);
                    while (scopeGroup.Read())
                    {
                        if (scopeGroup.Field == 1)
                        {
                            scope = First(scopeGroup.Bytes, field: 1);
                        }
                        else if (scopeGroup.Field == 2)
                        {
                            each(service, scope, scopeGroup.Bytes);
                        }
                    }
                }
            }
        }
    }

    private static OtlpSpan Span(OtlpService service, string scope, ReadOnlySpan<byte> message)
    {
        string traceId = "", spanId = "", parentSpanId = "", name = "";
        var links = new List<string>();
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1: traceId = reader.Hex; break;
                case 2: spanId = reader.Hex; break;
                case 4: parentSpanId = reader.Hex; break;
                case 5: name = reader.Text; break;
                case 13: links.Add(FirstHex(reader.Bytes, field: 1)); break;
                default: break;
            }
        }

        return new OtlpSpan(service, scope, name, traceId, spanId, parentSpanId, Attributes(message, field: 9), links);
    }

    private static OtlpLog Log(OtlpService service, string scope, ReadOnlySpan<byte> message)
    {
        string traceId = "", body = "";
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 5: body = Value(reader.Bytes); break;
                case 9: traceId = reader.Hex; break;
                default: break;
            }
        }

        return new OtlpLog(service, scope, body, traceId, Attributes(message, field: 6));
    }

    private static OtlpMetric Metric(OtlpService service, ReadOnlySpan<byte> message)
    {
        var attributes = new List<IReadOnlyDictionary<string, string>>();
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            // 5 gauge, 7 sum, 9 histogram: the points are field 1, their attributes 7 (numbers) or 9 (histograms).
            if (reader.Field is 5 or 7 or 9)
            {
                var points = new ProtobufReader(reader.Bytes);
                while (points.Read())
                {
                    if (points.Field == 1)
                    {
                        attributes.Add(Attributes(points.Bytes, field: reader.Field == 9 ? 9 : 7));
                    }
                }
            }
        }

        return new OtlpMetric(service, First(message, field: 1), attributes);
    }

    private static Dictionary<string, string> Attributes(ReadOnlySpan<byte> message, int field)
    {
        var attributes = new Dictionary<string, string>();
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == field)
            {
                var value = "";
                var pair = new ProtobufReader(reader.Bytes);
                while (pair.Read())
                {
                    if (pair.Field == 2)
                    {
                        value = Value(pair.Bytes);
                    }
                }

                attributes[First(reader.Bytes, field: 1)] = value;
            }
        }

        return attributes;
    }

    private static string Value(ReadOnlySpan<byte> anyValue)
    {
        var reader = new ProtobufReader(anyValue);
        return !reader.Read()
            ? ""
            : reader.Field switch
            {
                1 => reader.Text,
                2 => reader.Number == 0 ? "false" : "true",
                3 => ((long)reader.Number).ToString(CultureInfo.InvariantCulture),
                4 => BitConverter.UInt64BitsToDouble(reader.Number).ToString(CultureInfo.InvariantCulture),
                _ => reader.Text,
            };
    }

    private static string First(ReadOnlySpan<byte> message, int field)
    {
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == field)
            {
                return reader.Text;
            }
        }

        return "";
    }

    private static string FirstHex(ReadOnlySpan<byte> message, int field)
    {
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == field)
            {
                return reader.Hex;
            }
        }

        return "";
    }
}
