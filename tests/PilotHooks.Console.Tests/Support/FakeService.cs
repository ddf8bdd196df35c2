using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Support;

/// <summary>A call as it reached a service behind the console.</summary>
internal sealed record Forwarded(string Method, string RawTarget, IReadOnlyDictionary<string, string> Headers, long BodyBytes);

/// <summary>A small service over real HTTP that stands where messaging, numbers or calls would.</summary>
internal sealed class FakeService : IAsyncDisposable
{
    private readonly ConcurrentQueue<Forwarded> _calls = new();
    private readonly WebApplication _app;
    private int _probes;

    private FakeService(WebApplication app, Uri address)
    {
        _app = app;
        Address = address;
    }

    public Uri Address { get; }

    public IReadOnlyList<Forwarded> Calls => [.. _calls];

    /// <summary>How often it was asked whether it is alive, which it always answers.</summary>
    public int Probes => Volatile.Read(ref _probes);

    /// <summary>Answers; by default 200 and the service's name, which whoever asks for a list may take for an empty one.</summary>
    public Func<HttpContext, Task>? Answer { get; set; }

    public static async Task<FakeService> StartAsync(string name, Uri? address = null)
    {
        address ??= new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add(address.ToString());
        var service = new FakeService(app, address);
        app.Run(context => service.TakeAsync(name, context));
        await app.StartAsync();
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(string name, HttpContext context)
    {
        if (context.Request.Path == "/alive")
        {
            Interlocked.Increment(ref _probes);
            return;
        }

        if (Answer is { } answer)
        {
            await answer(context);
            return;
        }

        var bytes = 0L;
        var buffer = new byte[64 * 1024];
        for (int read; (read = await context.Request.Body.ReadAsync(buffer)) > 0; bytes += read)
        {
        }

        _calls.Enqueue(new Forwarded(
            context.Request.Method,
            context.Features.Get<IHttpRequestFeature>()!.RawTarget,
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            bytes));
        context.Response.Headers["x-service"] = name;
        await context.Response.WriteAsJsonAsync(new { service = name, bytes, items = Array.Empty<object>() });
    }
}
