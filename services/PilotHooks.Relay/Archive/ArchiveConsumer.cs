using MassTransit;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Relay.Archive;

/// <summary>An event to archive, and the trace that its deliveries will belong to.</summary>
internal sealed record ArchivedEvent(IWebhookEvent Event, string? TraceParent);

/// <summary>
/// Takes every event, whatever its kind. Its own consumer because the trace context goes into the archive, where a
/// delivery attempt finds it hours later.
/// </summary>
internal sealed class ArchiveConsumer(MergeBatcher<ArchivedEvent> batcher) : IConsumer<IEventGroup<IWebhookEvent>>
{
    public Task Consume(ConsumeContext<IEventGroup<IWebhookEvent>> context)
        => batcher.ConsumeAsync(context, (message, traceParent) => new ArchivedEvent(message, traceParent), item => item.Event);
}
