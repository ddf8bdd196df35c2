using System.Buffers;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PilotHooks.Benchmarks.Load;

namespace PilotHooks.Benchmarks.Relay;

/// <summary>
/// A subscriber's server that costs as little as one can: it reads the body, enters its event in the account and answers
/// 200. The same for the floor and for the relay.
/// </summary>
internal sealed class FastSubscriber : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<SubscribedEndpoint> _endpoints = [];

    private FastSubscriber(WebApplication app) => _app = app;

    private Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<FastSubscriber> StartAsync()
    {
        // Not the folder that it is started in, which it would watch: the servers' data lie below.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var subscriber = new FastSubscriber(builder.Build());
        subscriber._app.Run(subscriber.TakeAsync);
        await subscriber._app.StartAsync();
        return subscriber;
    }

    /// <summary>A URL of its own, whose events are entered in this place of an account.</summary>
    public SubscribedEndpoint Add(Sightings seen)
    {
        lock (_endpoints)
        {
            var endpoint = new SubscribedEndpoint(new Uri(Address, $"{_endpoints.Count}"), seen);
            _endpoints.Add(endpoint);
            return endpoint;
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        var endpoint = _endpoints[int.Parse(context.Request.Path.Value.AsSpan(1), null)];
        if (endpoint.Hangs)
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }

        var length = (int)context.Request.ContentLength!.Value;
        var body = ArrayPool<byte>.Shared.Rent(length);
        await context.Request.Body.ReadExactlyAsync(body.AsMemory(0, length));
        endpoint.Take(body.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(body);
    }
}

/// <summary>One URL of the subscriber.</summary>
internal sealed class SubscribedEndpoint(Uri url, Sightings seen)
{
    public Uri Url => url;

    /// <summary>Whether it takes requests and answers none.</summary>
    public bool Hangs { get; set; }

    /// <summary>Told of each event that was seen for the first time, and when.</summary>
    public Action<long, long>? Seen { get; set; }

    public void Take(ReadOnlySpan<byte> body)
    {
        var sequence = Payloads.NextSequence(ref body);
        if (seen.TrySee(sequence))
        {
            Seen?.Invoke(sequence, Stopwatch.GetTimestamp());
        }
    }
}
