using System.Text.Json;
using MassTransit;
using PilotHooks.Contracts;
using PilotHooks.Ingress.Deduplication;
using PilotHooks.Ingress.Numbers;
using PilotHooks.Ingress.Publishing;
using PilotHooks.Ingress.Sources;
using PilotHooks.Ingress.Spool;
using PilotHooks.Ingress.Webhooks;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Contacts;
using PilotHooks.ServiceDefaults.Tracing;

namespace PilotHooks.Ingress.Intake;

/// <summary>
/// Reads again what was not understood when it came, and after all what was refused: the body goes the way of one that is
/// posted now, as what today's version makes of it.
/// </summary>
internal sealed partial class IntakeConsumer(
    SourceTable sources, EventAcceptor acceptor, EventLedger ledger, OwnPhones phones, EventSpool spool, IngressMetrics metrics, ILogger<IntakeConsumer> logger)
    : IConsumer<IEventGroup<UnreadEventReplayed>>, IConsumer<IEventGroup<RefusedRequestAccepted>>, IConsumer<IEventGroup<ContactErased>>
{
    public async Task Consume(ConsumeContext<IEventGroup<UnreadEventReplayed>> context)
    {
        foreach (var replayed in context.Message.Events)
        {
            var (source, parsed) = Read(replayed);
            // The archive knows it by this id, whatever today's version would call it.
            await AcceptAsync(source, parsed with { EventId = replayed.EventId }, replayed);
        }
    }

    public async Task Consume(ConsumeContext<IEventGroup<RefusedRequestAccepted>> context)
    {
        foreach (var refused in context.Message.Events)
        {
            var (source, parsed) = Read(refused);
            await AcceptAsync(source, parsed, refused);
            // The provider's next retry is a duplicate then.
            ledger.Complete(parsed.EventId);
            metrics.Accepted(source.Name, parsed.Kind);
            if (parsed.Unrecognized is { } reason)
            {
                metrics.Unrecognized(source.Name, reason);
            }
        }
    }

    /// <summary>
    /// Forgets an erased person. What waits in the spool needs nothing: it goes through the consumers, which leave it out.
    /// </summary>
    public async Task Consume(ConsumeContext<IEventGroup<ContactErased>> context)
    {
        foreach (var erased in context.Message.Events)
        {
            using var body = JsonDocument.Parse(erased.Payload);
            if (ContactId.Parse(body.RootElement.GetProperty("contact").GetString()) is { } contact)
            {
                await phones.ForgetAsync(contact);
                await spool.ForgetUnreadableAsync(contact);
            }
        }
    }

    /// <summary>What cannot be read now becomes a dead letter, to be replayed once its source is configured.</summary>
    private (Source Source, ProviderEvent Parsed) Read(IWebhookEvent message)
    {
        var source = sources.Find(message.Source) ?? throw new InvalidOperationException($"No source '{message.Source}' is configured.");
        return EventParser.Parse(source, message.Payload.Span, out var parsed) is { } rejection
            ? throw new InvalidDataException(rejection.Detail)
            : (source, parsed);
    }

    private async Task AcceptAsync(Source source, ProviderEvent parsed, IWebhookEvent message)
    {
        // A copy, since a publish that timed out may still hold the body when this message is settled.
        if (!await acceptor.TryAcceptAsync(source, parsed, message.Payload.ToArray(), message.ReceivedAt, message.NumberId))
        {
            throw new InvalidOperationException("Neither the broker nor the spool took the event.");
        }

        Log.Read(logger, EventTrace.Label(parsed.Name), parsed.EventId, source.Name, parsed.Unrecognized ?? "recognized");
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Read {Event} {EventId} of source {Source} again: {Result}")]
        public static partial void Read(ILogger logger, string @event, Guid eventId, string source, string result);
    }
}
