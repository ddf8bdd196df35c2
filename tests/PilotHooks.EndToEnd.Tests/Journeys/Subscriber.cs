using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PilotHooks.TestSupport;

namespace PilotHooks.EndToEnd.Tests.Journeys;

/// <summary>Takes deliveries and notes the trace that each came with.</summary>
internal sealed class Subscriber : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, string> _traces = new();
    private readonly WebApplication _app;

    private Subscriber(WebApplication app) => _app = app;

    public string Address => $"{_app.Urls.First()}/hook";

    public static async Task<Subscriber> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add($"http://127.0.0.1:{FreePort.Next()}");
        var subscriber = new Subscriber(app);
        app.Run(subscriber.Take);
        await app.StartAsync();
        return subscriber;
    }

    /// <summary>The trace of an event's delivery.</summary>
    public string TraceOf(string eventId) => _traces[eventId];

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private Task Take(HttpContext context)
    {
        _traces[context.Request.Headers["webhook-id"].ToString()] = ActivityContext.Parse(context.Request.Headers.TraceParent.ToString(), null).TraceId.ToString();
        return Task.CompletedTask;
    }
}
