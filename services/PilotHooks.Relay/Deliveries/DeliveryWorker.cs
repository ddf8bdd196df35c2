using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PilotHooks.Relay.Formats;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// The one loop of deliveries: claims what is due and there is room for, attempts each on its own, and hands the
/// outcomes to be recorded in batches. Any number of replicas run it side by side.
/// </summary>
internal sealed partial class DeliveryWorker(
    ClaimQuery claims,
    DeliverySender sender,
    MergeBatcher<Outcome> outcomes,
    WorkSignal work,
    RelayMetrics metrics,
    IOptions<RelayOptions> options,
    TimeProvider time,
    ILogger<DeliveryWorker> logger) : BackgroundService
{
    private static readonly TimeSpan AwayDelay = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, EndpointPace> _paces = [];
    private readonly HashSet<Task> _running = [];
    private long _bytes;
    private long _lookedAnywhere;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await work.WaitAsync(await ClaimAsync(stoppingToken), stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is under way ends below, within its time-out.
        }

        Task[] running;
        lock (_lock)
        {
            running = [.. _running];
        }

        await Task.WhenAll(running);
    }

    /// <summary>Claims and starts what it can; tells how long to wait for a signal before the next time.</summary>
    private async Task<TimeSpan> ClaimAsync(CancellationToken stoppingToken)
    {
        Dictionary<string, int> free;
        int slots;
        long bytes;
        lock (_lock)
        {
            free = _paces.ToDictionary(pair => pair.Key, pair => pair.Value.Free);
            slots = options.Value.MaxInFlight - _running.Count;
            bytes = options.Value.MaxInFlightBytes - _bytes;
        }

        if (slots <= 0 || bytes <= 0)
        {
            return options.Value.PollInterval;
        }

        try
        {
            // All endpoints when something may wait at any of them; in between, while attempts end by the hundred, only
            // those that are being called.
            var anywhere = work.TakeAnywhere() || time.GetElapsedTime(_lookedAnywhere) >= options.Value.PollInterval;
            if (anywhere)
            {
                _lookedAnywhere = time.GetTimestamp();
            }

            var claimed = await claims.ClaimAsync(free, anywhere, EndpointPace.Initial, slots, bytes, stoppingToken);
            foreach (var delivery in claimed)
            {
                Start(delivery, stoppingToken);
            }

            if (anywhere)
            {
                Forget(free.Keys.Except(claimed.Select(delivery => delivery.EndpointId)));
            }

            return claimed.Count > 0 ? TimeSpan.Zero : options.Value.PollInterval;
        }
        catch (Exception exception) when (Transience.IsTransient(exception))
        {
            Log.Away(logger, exception.Message);
            return AwayDelay;
        }
    }

    private void Start(ClaimedDelivery delivery, CancellationToken stoppingToken)
    {
        lock (_lock)
        {
            if (!_paces.TryGetValue(delivery.EndpointId, out var pace))
            {
                _paces[delivery.EndpointId] = pace = new EndpointPace();
            }

            pace.Start();
            _bytes += delivery.Size;
            metrics.Started();
            // Not ended by the stop: an attempt that began is finished and recorded.
            var task = Task.Run(() => AttemptAsync(delivery, stoppingToken), CancellationToken.None);
            _running.Add(task);
            _ = task.ContinueWith(Finished, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        void Finished(Task task)
        {
            lock (_lock)
            {
                _running.Remove(task);
                _bytes -= delivery.Size;
            }

            if (task.Exception is { } exception)
            {
                // Its lease runs out and it is attempted again.
                Log.Lost(logger, exception.InnerException!, delivery.Id);
            }

            work.Freed();
        }
    }

    private async Task AttemptAsync(ClaimedDelivery delivery, CancellationToken stoppingToken)
    {
        var answered = false;
        AttemptResult? result = null;
        try
        {
            result = await MakeAsync(delivery);
            answered = !result.Unanswered;
        }
        finally
        {
            Release(delivery.EndpointId, answered);
            metrics.Finished(result is { Succeeded: true } ? "success" : result?.StatusCode is { } code ? $"{code / 100}xx" : "error", result?.Duration ?? TimeSpan.Zero);
        }

        var gaps = delivery.Event == TestEvent.Name ? [] : options.Value.RetrySchedule ?? RetrySchedule.Default;
        var verdict = Verdict.Of(result, delivery.Step + 1, gaps, Random.Shared.NextDouble());
        if (!result.Succeeded)
        {
            Log.Failed(logger, delivery.Id, delivery.EndpointId, delivery.EventId, delivery.Step + 1, result.StatusCode, result.Error, verdict.Delay);
        }

        // The batcher stops after this worker, so what ends during the stop is recorded too.
        await outcomes.MergeAsync(new Outcome(delivery, result, verdict), delivery.TraceParent, CancellationToken.None);
    }

    private async Task<AttemptResult> MakeAsync(ClaimedDelivery delivery)
    {
        if (delivery.Payload is null)
        {
            return new AttemptResult(time.GetUtcNow(), TimeSpan.Zero, null, "The event's content is no longer kept.", null, null);
        }

        try
        {
            var body = WebhookFormats.Render(delivery.Format, new RelayedEvent(delivery.EventId, delivery.Event, delivery.NumberId, delivery.OccurredAt ?? DateTime.UtcNow, delivery.Payload));
            return await sender.SendAsync(delivery, body, CancellationToken.None);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or CryptographicException)
        {
            // Recorded like any failure: left alone it would be claimed again at every end of its lease.
            Log.Unmade(logger, exception, delivery.Id);
            return new AttemptResult(time.GetUtcNow(), TimeSpan.Zero, null, "The relay could not translate or sign the event.", null, null);
        }
    }

    private void Release(string endpointId, bool answered)
    {
        lock (_lock)
        {
            _paces[endpointId].Finish(answered);
        }
    }

    /// <summary>Of endpoints at which nothing waits, only what was learned of slow ones is worth keeping.</summary>
    private void Forget(IEnumerable<string> endpointIds)
    {
        lock (_lock)
        {
            foreach (var endpointId in endpointIds)
            {
                if (_paces[endpointId] is { InFlight: 0, Limit: >= EndpointPace.Initial })
                {
                    _paces.Remove(endpointId);
                }
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database is away; deliveries wait: {Reason}")]
        public static partial void Away(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Error, "The outcome of an attempt of delivery {Delivery} was lost")]
        public static partial void Lost(ILogger logger, Exception exception, Guid delivery);

        [LoggerMessage(LogLevel.Error, "Delivery {Delivery} could not be translated or signed")]
        public static partial void Unmade(ILogger logger, Exception exception, Guid delivery);

        [LoggerMessage(LogLevel.Information, "Attempt {Attempt} of delivery {Delivery} to endpoint {Endpoint} of event {Event} failed with status {Status} ({Error}); next in {Next}")]
        public static partial void Failed(ILogger logger, Guid delivery, string endpoint, Guid @event, int attempt, int? status, string? error, TimeSpan? next);
    }
}
