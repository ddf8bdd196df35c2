using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PilotHooks.TestSupport;

/// <summary>What a subscriber was sent.</summary>
public sealed record ReceivedRequest(string Method, IReadOnlyDictionary<string, string> Headers, byte[] Body, DateTimeOffset At)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Body);
}

/// <summary>A real HTTP server with as many subscribers as a test wants, each answering in its own way.</summary>
public sealed class Subscriber : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Func<HttpContext, int, Task>> _answers = [];
    private readonly ConcurrentDictionary<string, ConcurrentQueue<ReceivedRequest>> _received = [];

    private Subscriber(WebApplication app) => _app = app;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<Subscriber> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var subscriber = new Subscriber(builder.Build());
        subscriber._app.Run(subscriber.HandleAsync);
        await subscriber._app.StartAsync();
        return subscriber;
    }

    /// <summary>The URL of a new subscriber that answers so; the number of the request (from 1) comes along.</summary>
    public Uri Add(Func<HttpContext, int, Task> answer)
    {
        var name = Guid.NewGuid().ToString("N");
        _received[name] = [];
        _answers[name] = answer;
        return new Uri(Address, name);
    }

    /// <summary>One that always answers with this status.</summary>
    public Uri Add(HttpStatusCode status = HttpStatusCode.OK, string body = "")
        => Add((context, _) =>
        {
            context.Response.StatusCode = (int)status;
            return context.Response.WriteAsync(body);
        });

    public IReadOnlyList<ReceivedRequest> Received(Uri url) => [.. _received[url.AbsolutePath[1..]]];

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var name = context.Request.Path.Value![1..];
        if (!_answers.TryGetValue(name, out var answer))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        int count;
        lock (_received[name])
        {
            _received[name].Enqueue(new ReceivedRequest(context.Request.Method, headers, body.ToArray(), DateTimeOffset.UtcNow));
            count = _received[name].Count;
        }

        await answer(context, count);
    }
}
