using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.TestSupport;

/// <summary>Publishes events as the ingress does, for tests of what consumes them.</summary>
public sealed class EventBus : IAsyncDisposable
{
    private readonly WebApplication _host;

    private EventBus(WebApplication host) => _host = host;

    /// <summary>Connects to the broker and declares the queues, or with the first event of a kind those of that kind.</summary>
    public static async Task<EventBus> StartAsync(string brokerConnectionString, bool publishesAll = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:broker"] = brokerConnectionString,
            ["urls"] = "http://127.0.0.1:0",
        });
        builder.AddBus(publishesAll: publishesAll);
        var host = builder.Build();
        await host.StartAsync();
        return new EventBus(host);
    }

    /// <summary>Publishes them in this order; returns when the broker has confirmed all of them.</summary>
    public async Task PublishAsync(params IEnumerable<IWebhookEvent> events)
    {
        var bus = _host.Services.GetRequiredService<IBus>();
        foreach (var message in events)
        {
            await bus.Publish(message, message.GetType(), context => context.MessageId = message.EventId);
        }
    }

    /// <summary>Publishes a refused request.</summary>
    public Task PublishAsync(RefusedRequest refused) => _host.Services.GetRequiredService<IBus>().Publish(refused);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await _host.DisposeAsync();
    }
}
