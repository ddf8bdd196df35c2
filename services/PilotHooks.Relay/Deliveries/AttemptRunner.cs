using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PilotHooks.Relay.Formats;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Tracing;

namespace PilotHooks.Relay.Deliveries;

/// <summary>Makes one attempt, rendered, signed and sent, and has its outcome recorded in a batch.</summary>
internal sealed partial class AttemptRunner(
    DeliverySender sender, MergeBatcher<Outcome> outcomes, RelayMetrics metrics, IOptions<RelayOptions> options, TimeProvider time, ILogger<AttemptRunner> logger)
{
    /// <summary>Returns what came of the attempt; null if nobody knows. Then its lease ends and it is made again.</summary>
    public async Task<AttemptResult?> AttemptAsync(ClaimedDelivery delivery)
    {
        AttemptResult? result = null;
        metrics.AttemptStarted();
        try
        {
            result = await RenderAndSendAsync(delivery);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or CryptographicException)
        {
            // Recorded like any failure. Otherwise it would be claimed again whenever its lease ends.
            using var trace = EventTrace.Enter(delivery.TraceParent);
            Log.Unmade(logger, exception, delivery.Id);
            result = Failure("The relay could not translate or sign the event.");
        }
        catch (Exception exception)
        {
            using var trace = EventTrace.Enter(delivery.TraceParent);
            Log.Lost(logger, exception, delivery.Id);
        }

        metrics.AttemptFinished(result is { Succeeded: true } ? "success" : result?.StatusCode is { } code ? $"{code / 100}xx" : "error", result?.Duration ?? TimeSpan.Zero);
        return result;
    }

    /// <summary>Completes when the outcome is recorded, which of a first attempt waits for its row.</summary>
    public async Task RecordAsync(ClaimedDelivery delivery, AttemptResult result)
    {
        var gaps = delivery.Event == TestEvent.Name ? [] : options.Value.RetrySchedule ?? RetrySchedule.Default;
        var decision = AttemptDecision.Of(result, delivery.Step + 1, gaps, Random.Shared.NextDouble());
        if (!result.Succeeded)
        {
            using var trace = EventTrace.Enter(delivery.TraceParent);
            Log.Failed(logger, delivery.Id, delivery.EndpointId, delivery.EventId, delivery.Step + 1, result.StatusCode, result.Error, decision.Delay);
        }

        await delivery.RowWritten;
        // The batcher stops after the worker, so what ends during the stop is recorded too.
        await outcomes.MergeAsync(new Outcome(delivery, result, decision), delivery.TraceParent, CancellationToken.None);
    }

    private Task<AttemptResult> RenderAndSendAsync(ClaimedDelivery delivery)
    {
        if (delivery.Payload is not { } payload)
        {
            return Task.FromResult(Failure("The event's content is no longer kept."));
        }

        var relayed = new RelayedEvent(delivery.EventId, delivery.Event, delivery.NumberId, delivery.OccurredAt ?? time.GetUtcNow(), payload);
        return sender.SendAsync(delivery, WebhookFormats.Render(delivery.Target.Format, relayed));
    }

    /// <summary>Of an attempt that was not sent.</summary>
    private AttemptResult Failure(string error) => new(time.GetUtcNow(), TimeSpan.Zero, null, error, null, null);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The outcome of an attempt of delivery {Delivery} was lost")]
        public static partial void Lost(ILogger logger, Exception exception, Guid delivery);

        [LoggerMessage(LogLevel.Error, "Delivery {Delivery} could not be translated or signed")]
        public static partial void Unmade(ILogger logger, Exception exception, Guid delivery);

        [LoggerMessage(LogLevel.Information, "Attempt {Attempt} of delivery {Delivery} to endpoint {Endpoint} of event {Event} failed with status {Status} ({Error}); next in {Next}")]
        public static partial void Failed(ILogger logger, Guid delivery, string endpoint, Guid @event, int attempt, int? status, string? error, TimeSpan? next);
    }
}
