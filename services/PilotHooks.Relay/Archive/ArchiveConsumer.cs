using System.Diagnostics;
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
    public async Task Consume(ConsumeContext<IEventGroup<IWebhookEvent>> context)
    {
        var group = context.Message;
        if (group.Events is [var only])
        {
            var traceParent = Activity.Current?.Id ?? group.TraceParents[0];
            await batcher.MergeAsync(new ArchivedEvent(only, traceParent), traceParent, context.CancellationToken);
            return;
        }

        var merges = new Task[group.Events.Count];
        for (var i = 0; i < merges.Length; i++)
        {
            merges[i] = batcher.MergeAsync(new ArchivedEvent(group.Events[i], group.TraceParents[i]), group.TraceParents[i], context.CancellationToken);
        }

        await Task.WhenAll(merges).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        context.CancellationToken.ThrowIfCancellationRequested();
        foreach (var refused in group.Events.Where((_, i) => merges[i].IsFaulted))
        {
            // Back to the queue, alone: there it fails alone, and becomes a dead letter of one event.
            var queue = await context.GetSendEndpoint(context.ReceiveContext.InputAddress);
            await queue.Send(refused, refused.GetType(), Pipe.Execute<SendContext>(send => send.MessageId = refused.EventId), context.CancellationToken);
        }
    }
}
