using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PilotHooks.Messaging.Tests;

/// <summary>What the provider was sent.</summary>
internal sealed record ProviderCall(JsonObject Body, string? Key, string? IdempotencyKey);

/// <summary>
/// The provider's send endpoint, over real HTTP. A test says what it does by the text it sends: behaviours are queued
/// under that text and taken one per call; without one a call is accepted.
/// </summary>
internal sealed class FakeProvider : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Func<HttpContext, Task>>> _behaviours = new();
    private readonly ConcurrentQueue<ProviderCall> _calls = new();
    private WebApplication? _app;

    public Uri Url { get; private set; } = null!;

    public async Task StartAsync(Uri? address = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address?.ToString() ?? "http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v1/messages/send", AnswerAsync);
        await _app.StartAsync();
        Url = new Uri(_app.Urls.Single());
    }

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>The calls with this text.</summary>
    public IReadOnlyList<ProviderCall> Calls(string text) => [.. _calls.Where(call => (string?)call.Body["text"] == text)];

    /// <summary>What to do with the next call with this text that nothing else is queued for.</summary>
    public void Next(string text, Func<HttpContext, Task> behaviour) => _behaviours.GetOrAdd(text, _ => new()).Enqueue(behaviour);

    public static Func<HttpContext, Task> Accept(string id, string correlationId, object? createdAt = null) => context =>
    {
        context.Response.StatusCode = 202;
        return context.Response.WriteAsJsonAsync(new { id, correlationId, status = "QUEUED", createdAt });
    };

    public static Func<HttpContext, Task> Answer(int status, object? body = null, string? retryAfter = null) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = retryAfter;
        context.Response.Headers["x-internal"] = "not for callers";
        return body is null ? Task.CompletedTask : context.Response.WriteAsJsonAsync(body);
    };

    public static Task Close(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    public static async Task Hang(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var body = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
        _calls.Enqueue(new ProviderCall(body, context.Request.Headers["x-api-key"], context.Request.Headers["Idempotency-Key"]));
        var text = (string?)body["text"] ?? "";
        var behaviour = _behaviours.TryGetValue(text, out var queue) && queue.TryDequeue(out var next)
            ? next
            : Accept($"msg_{Guid.NewGuid():N}", $"corr_{Guid.NewGuid():N}");
        await behaviour(context);
    }
}
