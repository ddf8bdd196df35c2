using System.Diagnostics;
using MassTransit;
using MassTransit.Logging;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Relay.Archive;

/// <summary>An event to archive, and the trace that its deliveries will belong to.</summary>
internal sealed record ArchivedEvent(IWebhookEvent Event, string? TraceParent);

/// <summary>
/// Takes every event, whatever its kind. Its own consumer because the trace context goes into the archive, where a
/// delivery attempt finds it hours later.
/// </summary>
internal sealed class ArchiveConsumer(MergeBatcher<ArchivedEvent> batcher) : IConsumer<IWebhookEvent>
{
    public Task Consume(ConsumeContext<IWebhookEvent> context)
    {
        var traceParent = Activity.Current?.Id ?? (context.Headers.TryGetHeader(DiagnosticHeaders.ActivityId, out var header) ? header as string : null);
        return batcher.MergeAsync(new ArchivedEvent(context.Message, traceParent), context.CancellationToken);
    }
}
