using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PilotHooks.TestSupport.Telemetry;

namespace PilotHooks.TestSupport;

/// <summary>Who exported something: the name of the service, and the replica of it.</summary>
public sealed record OtlpService(string Name, string Instance);

/// <summary>A span as exported. Ids are lower-case hex; <paramref name="ParentSpanId"/> is empty at a root; links are trace ids.</summary>
public sealed record OtlpSpan(
    OtlpService Service, string Scope, string Name, string TraceId, string SpanId, string ParentSpanId, IReadOnlyDictionary<string, string> Attributes, IReadOnlyList<string> Links);

/// <summary>A log record as exported.</summary>
public sealed record OtlpLog(OtlpService Service, string Scope, string Body, string TraceId, IReadOnlyDictionary<string, string> Attributes);

/// <summary>A metric as exported, with the attributes of each of its points.</summary>
public sealed record OtlpMetric(OtlpService Service, string Name, IReadOnlyList<IReadOnlyDictionary<string, string>> Points);

/// <summary>A collector that keeps what services export by OTLP over HTTP (protobuf).</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<OtlpSpan> _spans = [];
    private readonly ConcurrentQueue<OtlpLog> _logs = [];
    private readonly ConcurrentQueue<OtlpMetric> _metrics = [];
    private readonly ConcurrentQueue<byte[]> _requests = [];

    private OtlpReceiver(int port)
    {
        Address = new Uri($"http://127.0.0.1:{port}");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Address.ToString());
        _app = builder.Build();
        _app.MapPost("/v1/traces", context => KeepAsync(context, body => OtlpMessages.Spans(body).ForEach(_spans.Enqueue)));
        _app.MapPost("/v1/logs", context => KeepAsync(context, body => OtlpMessages.Logs(body).ForEach(_logs.Enqueue)));
        _app.MapPost("/v1/metrics", context => KeepAsync(context, body => OtlpMessages.Metrics(body).ForEach(_metrics.Enqueue)));
    }

    /// <summary>For OTEL_EXPORTER_OTLP_ENDPOINT.</summary>
    public Uri Address { get; }

    /// <summary>The spans received so far.</summary>
    public IReadOnlyCollection<OtlpSpan> Spans => _spans;

    /// <summary>The log records received so far.</summary>
    public IReadOnlyCollection<OtlpLog> Logs => _logs;

    /// <summary>The metrics received so far, once per export.</summary>
    public IReadOnlyCollection<OtlpMetric> Metrics => _metrics;

    /// <summary>What a service needs in its environment to export here, without the usual waiting for full batches.</summary>
    public IReadOnlyDictionary<string, string?> Environment => new Dictionary<string, string?>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Address.ToString(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "200",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
    };

    /// <summary>Starts one on a free port.</summary>
    public static async Task<OtlpReceiver> StartAsync()
    {
        var receiver = new OtlpReceiver(FreePort.Next());
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>
    /// Where this text occurs in anything received, spans, logs and metrics with all their attributes; null if nowhere.
    /// </summary>
    public string? Find(string text)
    {
        bool Has(IReadOnlyDictionary<string, string> attributes) => attributes.Any(pair => pair.Value.Contains(text, StringComparison.Ordinal));
        if (_spans.FirstOrDefault(span => span.Name.Contains(text, StringComparison.Ordinal) || Has(span.Attributes)) is { } found)
        {
            return $"span {found.Service.Name} {found.Scope} {found.Name}: {string.Join(", ", found.Attributes)}";
        }

        if (_logs.FirstOrDefault(log => log.Body.Contains(text, StringComparison.Ordinal) || Has(log.Attributes)) is { } line)
        {
            return $"log {line.Service.Name} {line.Scope} {line.Body}: {string.Join(", ", line.Attributes)}";
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        return _requests.FirstOrDefault(request => request.AsSpan().IndexOf(bytes) >= 0) is { } raw ? Encoding.UTF8.GetString(raw) : null;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task KeepAsync(HttpContext context, Action<byte[]> keep)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer);
        var body = buffer.ToArray();
        _requests.Enqueue(body);
        keep(body);
        context.Response.ContentType = "application/x-protobuf";
    }
}
