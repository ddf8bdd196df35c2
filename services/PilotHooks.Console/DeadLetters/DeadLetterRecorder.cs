using Microsoft.Extensions.Options;
using PilotHooks.Console.Data;
using PilotHooks.ServiceDefaults.Data;
using RabbitMQ.Client;

namespace PilotHooks.Console.DeadLetters;

/// <summary>
/// Writes dead letters into the database. It waits for a database that is away. What the database will never take goes as
/// it came into a queue of its own, so that it stands in no other's way: nothing is lost, and a later version may read it.
/// </summary>
internal sealed partial class DeadLetterRecorder(
    DeadLetterStore store, DeadLetterMetrics metrics, IOptions<RetentionOptions> retention, TimeProvider time, ILogger<DeadLetterRecorder> logger)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(5);

    /// <summary>Returns when each of them is in the database or set aside, in whichever order.</summary>
    public async Task RecordAsync(IChannel channel, string name, IReadOnlyList<DeadLetterDelivery> batch, CancellationToken stoppingToken)
    {
        var fault = batch.Select(delivery => delivery.Fault).FirstOrDefault(fault => fault is not null)
            ?? await AddAsync(channel, [.. batch.SelectMany(delivery => delivery.Letters)], stoppingToken);
        if (fault is null)
        {
            return;
        }

        if (batch is [var poison])
        {
            // Those of its events that the database takes are listed all the same.
            foreach (var letter in poison.Letters.Count > 1 ? poison.Letters : [])
            {
                await AddAsync(channel, [letter], stoppingToken);
            }

            await SetAsideAsync(channel, name, poison, fault, stoppingToken);
            return;
        }

        foreach (var delivery in batch)
        {
            await RecordAsync(channel, name, [delivery], stoppingToken);
        }
    }

    /// <summary>Tries until it succeeds, or the broker takes the messages back. Returns why the database will never take them, if so.</summary>
    private async Task<Exception?> AddAsync(IChannel channel, List<DeadLetter> letters, CancellationToken stoppingToken)
    {
        for (var delay = RetryDelay; ; delay = delay < MaxRetryDelay ? delay * 2 : MaxRetryDelay)
        {
            try
            {
                await store.AddAsync(letters, stoppingToken);
                letters.ForEach(letter => metrics.Recorded(letter.Queue));
                Log.Recorded(logger, letters.Count);
                return null;
            }
            catch (Exception exception) when (channel.IsOpen && !stoppingToken.IsCancellationRequested)
            {
                if (!Transience.IsTransient(exception))
                {
                    return exception;
                }

                Log.Waiting(logger, letters.Count, exception.Message);
            }

            await Task.Delay(delay, time, stoppingToken);
        }
    }

    /// <summary>Returns when the broker has confirmed that it has the message in the other queue, or at once if its age is over.</summary>
    private async Task SetAsideAsync(IChannel channel, string name, DeadLetterDelivery delivery, Exception fault, CancellationToken stoppingToken)
    {
        var properties = new BasicProperties(delivery.Properties) { Persistent = true };
        properties.Headers = new Dictionary<string, object?>(properties.Headers ?? new Dictionary<string, object?>())
        {
            [DeadLetterTopology.FromHeader] = name,
        };
        if (!SetAsideAge.TryApply(properties, retention.Value.Content, time.GetUtcNow()))
        {
            return;
        }

        await channel.BasicPublishAsync(exchange: "", DeadLetterTopology.SetAside, mandatory: true, properties, delivery.Body, stoppingToken);
        metrics.SetAside(name);
        Log.SetAside(logger, name, DeadLetterTopology.SetAside, fault.GetType().Name, fault.Message);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Recorded {Count} dead letters")]
        public static partial void Recorded(ILogger logger, int count);

        [LoggerMessage(LogLevel.Warning, "{Count} dead letters wait for the database: {Reason}")]
        public static partial void Waiting(ILogger logger, int count, string reason);

        [LoggerMessage(LogLevel.Error, "A dead letter of {Name} cannot be recorded and is kept in the queue {Queue}: {Exception}: {Reason}")]
        public static partial void SetAside(ILogger logger, string name, string queue, string exception, string reason);
    }
}
