using System.Collections.Concurrent;
using System.Text;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Support;

/// <summary>A service with the consumers that every service has, of which one refuses the events it is told to.</summary>
internal sealed class FaultingService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<Guid, bool> _poison = new();
    private readonly ConcurrentQueue<IWebhookEvent> _merged = new();

    private FaultingService(WebApplicationBuilder builder)
    {
        builder.AddBus(bus => bus.AddMergeConsumer<MessageStatusReported>(Queues.MessagingStatuses, _ => Merge));
        _app = builder.Build();
    }

    /// <summary>What was merged, with a payload that outlives the message.</summary>
    public IReadOnlyList<IWebhookEvent> Merged => [.. _merged];

    public static async Task<FaultingService> StartAsync(string broker)
    {
        var builder = WebApplication.CreateBuilder(["--ConnectionStrings:broker", broker, "--urls", $"http://127.0.0.1:{FreePort.Next()}"]);
        builder.AddServiceDefaults("faulting");
        builder.Logging.ClearProviders();
        var service = new FaultingService(builder);
        await service._app.StartAsync();
        var bus = service._app.Services.GetRequiredService<IBusControl>();
        await Eventually.GetAsync(() => Task.FromResult(bus.CheckHealth().Status), status => status == BusHealthStatus.Healthy);
        return service;
    }

    /// <summary>An event of a number of its own, poisonous or not.</summary>
    public async Task<MessageStatusReported> PublishAsync(bool poisonous, string? numberId = null, string name = "message.sent", string? payload = null)
    {
        var item = new MessageStatusReported(
            Guid.NewGuid(), name, "whatsapp", numberId ?? "cmm0poison", DateTimeOffset.UtcNow, DateTimeOffset.UtcNow,
            Encoding.UTF8.GetBytes(payload ?? """{"event":"message.sent","data":{"odd":"\u0041\/"}}"""));
        if (poisonous)
        {
            _poison[item.EventId] = true;
        }

        await _app.Services.GetRequiredService<IBus>().Publish(item, context => context.MessageId = item.EventId);
        return item;
    }

    /// <summary>Publishes inbound messages, which this service does not consume, together, as a busy ingress does.</summary>
    public Task PublishTogetherAsync(IEnumerable<MessageReceived> events)
    {
        var publisher = _app.Services.GetRequiredService<GroupPublisher>();
        return Task.WhenAll(events.Select(item => publisher.PublishAsync(item, CancellationToken.None)).ToList());
    }

    /// <summary>From now on the event can be merged.</summary>
    public void Cure(Guid eventId) => _poison.TryRemove(eventId, out _);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private Task Merge(IReadOnlyList<MessageStatusReported> events, CancellationToken cancellationToken)
    {
        if (events.FirstOrDefault(item => _poison.ContainsKey(item.EventId)) is { } poison)
        {
            throw new InvalidOperationException($"Refused {poison.EventId}.");
        }

        foreach (var item in events)
        {
            _merged.Enqueue(item with { Payload = item.Payload.ToArray() });
        }

        return Task.CompletedTask;
    }
}
