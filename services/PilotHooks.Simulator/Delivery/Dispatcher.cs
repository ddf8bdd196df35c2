using PilotHooks.Simulator.Events;
using PilotHooks.Simulator.Provider;

namespace PilotHooks.Simulator.Delivery;

/// <summary>Hands each event to the ingress and to the registered webhooks that want it.</summary>
internal sealed class Dispatcher(
    Ingress ingress, WebhookRegistry webhooks, DeliveryClient client, DeliveryCounts counts, TimeProvider time, ILogger<Dispatcher> logger) : BackgroundService
{
    private readonly Courier _toIngress = new(client, DeliveryPolicy.Ingress, item => ingress.Next(item.Sender), counts, time, logger);

    /// <summary>Events that wait for the ingress.</summary>
    public int Waiting => _toIngress.Waiting;

    /// <summary>Waits only while the queue to the ingress is full; a registered webhook that is behind misses events.</summary>
    public async Task SendAsync(SimulatedEvent item, Action<DeliveryOutcome>? settled, CancellationToken cancellationToken)
    {
        webhooks.Offer(item);
        if (ingress.Exists)
        {
            await _toIngress.TakeAsync(new Parcel(item, settled), cancellationToken);
        }
    }

    /// <summary>Returns when the ingress has it.</summary>
    public async Task DeliverAsync(SimulatedEvent item, CancellationToken cancellationToken)
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync(item, _ => settled.TrySetResult(), cancellationToken);
        if (ingress.Exists)
        {
            await settled.Task.WaitAsync(cancellationToken);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(_toIngress.RunAsync(stoppingToken), webhooks.RunAsync(stoppingToken));
}
