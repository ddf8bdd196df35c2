using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PilotHooks.TestSupport;

namespace PilotHooks.Simulator.Tests.Support;

/// <summary>One request as it came in.</summary>
internal sealed record Received(string Path, string? Signature, string ContentType, byte[] Body, DateTimeOffset At)
{
    public JsonObject Json { get; } = JsonNode.Parse(Body)!.AsObject();

    /// <summary>The event's name as either provider gives it; a native envelope has none.</summary>
    public string Name => (string?)Json["event"] ?? (string?)Json["type"] ?? "calls";

    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>Takes what the simulator sends, over real HTTP, and remembers it. Answers as the ingress does.</summary>
internal sealed class RecordingIngress : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, bool> _seen = new();
    private readonly ConcurrentQueue<Received> _received = new();
    private readonly WebApplication _app;

    private RecordingIngress(WebApplication app, Uri address)
    {
        _app = app;
        Address = address;
    }

    public Uri Address { get; }

    public IReadOnlyList<Received> All => [.. _received];

    /// <summary>The first of each, without repetitions.</summary>
    public IReadOnlyList<Received> Distinct => [.. All.DistinctBy(received => received.Text)];

    /// <summary>Answers instead of "accepted" where it gives a status.</summary>
    public Func<Received, int?> Refuse { get; set; } = _ => null;

    public static async Task<RecordingIngress> StartAsync(Uri? address = null)
    {
        address ??= new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add(address.ToString());
        var ingress = new RecordingIngress(app, address);
        app.MapPost("/{**path}", ingress.TakeAsync);
        await app.StartAsync();
        return ingress;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task<IResult> TakeAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var received = new Received(
            request.Path, request.Headers["X-Webhook-Signature"].ToString() is { Length: > 0 } signature ? signature : null, request.ContentType ?? "", body.ToArray(), DateTimeOffset.UtcNow);
        if (Refuse(received) is { } status)
        {
            return Results.StatusCode(status);
        }

        _received.Enqueue(received);
        var duplicate = !_seen.TryAdd(received.Text, true);
        return Results.Ok(new { status = duplicate ? "duplicate" : "accepted", eventId = Guid.NewGuid() });
    }
}
