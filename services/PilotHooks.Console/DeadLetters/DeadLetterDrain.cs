using System.Threading.Channels;
using PilotHooks.ServiceDefaults.Bus;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace PilotHooks.Console.DeadLetters;

/// <summary>
/// Moves dead letters from the broker into the database, where they can be listed. Looking at them in their queue would
/// be a delivery each time: it changes their order, and newer brokers drop a message of a quorum queue after twenty.
/// <para>
/// A message is acknowledged after its row is committed, so a death in between delivers it again, and the row is already
/// there. While the database is away nothing is consumed, and what had been delivered is held, not handed back.
/// </para>
/// </summary>
internal sealed partial class DeadLetterDrain(
    Broker broker, DeadLetterStore store, DeadLetterMetrics metrics, TimeProvider time, ILogger<DeadLetterDrain> logger) : BackgroundService
{
    /// <summary>Per queue. Bounds what lies in memory: each may be as large as a webhook's body.</summary>
    private const ushort Prefetch = 8;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxRetryDelay = TimeSpan.FromSeconds(5);

    /// <summary>Each queue by itself, on a channel of its own: one that its broker cannot serve holds up no other.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
        => Task.WhenAll(DeadLetterTopology.All.Select(source => Task.Run(() => RunAsync(source.Name, source.Queue, stoppingToken), CancellationToken.None)));

    private async Task RunAsync(string name, string queue, CancellationToken stoppingToken)
    {
        for (var wasDraining = true; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                await store.CheckAsync(stoppingToken);
                await DrainAsync(name, queue, () => wasDraining = true, stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // Whatever it was, the broker still has what was not acknowledged. It is said once, not every second.
                Log.Interrupted(logger, wasDraining ? LogLevel.Warning : LogLevel.Debug, name, exception.Message);
                wasDraining = false;
            }

            await Task.Delay(RetryDelay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task DrainAsync(string name, string queue, Action draining, CancellationToken stoppingToken)
    {
        var deliveries = Channel.CreateUnbounded<Delivery>(); // Bounded by the prefetch.
        var connection = await broker.ConnectAsync(stoppingToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stoppingToken);
        channel.ChannelShutdownAsync += (_, shutdown) => End(deliveries.Writer, shutdown.ReplyText);
        await DeadLetterTopology.DeclareAsync(channel, name, stoppingToken);
        await channel.BasicQosAsync(0, Prefetch, global: false, stoppingToken);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) => await deliveries.Writer.WriteAsync(
            new Delivery(delivery.DeliveryTag, DeadLetter.ReadAll(queue, delivery.BasicProperties, delivery.Body.Span, time.GetUtcNow())), CancellationToken.None);
        consumer.UnregisteredAsync += (_, _) => End(deliveries.Writer, "The broker ended the consumer.");
        await channel.BasicConsumeAsync(name, autoAck: false, consumer, stoppingToken);
        Log.Draining(logger, name);
        draining();
        await RecordAsync(channel, deliveries.Reader, stoppingToken);
    }

    private static Task End(ChannelWriter<Delivery> writer, string reason)
    {
        writer.TryComplete(new IOException(reason));
        return Task.CompletedTask;
    }

    private async Task RecordAsync(IChannel channel, ChannelReader<Delivery> deliveries, CancellationToken stoppingToken)
    {
        while (await deliveries.WaitToReadAsync(stoppingToken))
        {
            var batch = new List<Delivery>();
            while (deliveries.TryRead(out var delivery))
            {
                batch.Add(delivery);
            }

            List<DeadLetter> letters = [.. batch.SelectMany(delivery => delivery.Letters)];
            await AddAsync(channel, letters, stoppingToken);
            // Deliveries of one channel are numbered and handed over in order, so the last one stands for all before it.
            await channel.BasicAckAsync(batch[^1].Tag, multiple: true, stoppingToken);
            foreach (var letter in letters)
            {
                metrics.Recorded(letter.Queue);
            }

            Log.Recorded(logger, letters.Count);
        }
    }

    /// <summary>Until it succeeds, or the broker takes the messages back.</summary>
    private async Task AddAsync(IChannel channel, List<DeadLetter> letters, CancellationToken stoppingToken)
    {
        for (var delay = RetryDelay; ; delay = delay < MaxRetryDelay ? delay * 2 : MaxRetryDelay)
        {
            try
            {
                await store.AddAsync(letters, stoppingToken);
                return;
            }
            catch (Exception exception) when (channel.IsOpen && !stoppingToken.IsCancellationRequested)
            {
                Log.Waiting(logger, letters.Count, exception.Message);
            }

            await Task.Delay(delay, time, stoppingToken);
        }
    }

    private sealed record Delivery(ulong Tag, IReadOnlyList<DeadLetter> Letters);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Draining {Name}")]
        public static partial void Draining(ILogger logger, string name);

        [LoggerMessage(LogLevel.Warning, "Recorded {Count} dead letters")]
        public static partial void Recorded(ILogger logger, int count);

        [LoggerMessage(LogLevel.Warning, "{Count} dead letters wait for the database: {Reason}")]
        public static partial void Waiting(ILogger logger, int count, string reason);

        [LoggerMessage("Draining {Name} was interrupted and goes on soon: {Reason}")]
        public static partial void Interrupted(ILogger logger, LogLevel level, string name, string reason);
    }
}
