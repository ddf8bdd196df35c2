using System.Threading.Channels;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Tracing;
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
    Broker broker, DeadLetterStore store, DeadLetterRecorder recorder, TimeProvider time, ILogger<DeadLetterDrain> logger) : BackgroundService
{
    /// <summary>Per queue. Bounds what lies in memory: each may be as large as a webhook's body.</summary>
    private const ushort Prefetch = 8;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    /// <summary>Each queue by itself, on a channel of its own: one that its broker cannot serve holds up no other.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken)
        => Task.WhenAll(DeadLetterTopology.All
            .Select(source => StartAsync(source.Name, draining => DrainAsync(source.Name, source.Queue, draining, stoppingToken), stoppingToken))
            .Append(StartAsync(DeadLetterTopology.SetAside, _ => RetakeAsync(stoppingToken), stoppingToken)));

    private Task StartAsync(string name, Func<Action, Task> drain, CancellationToken stoppingToken)
        => Task.Run(() => RunAsync(name, drain, stoppingToken), CancellationToken.None);

    /// <summary>Begins again after every interruption, until it ends by itself.</summary>
    private async Task RunAsync(string name, Func<Action, Task> drain, CancellationToken stoppingToken)
    {
        for (var wasDraining = true; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                await store.CheckAsync(stoppingToken);
                await drain(() => wasDraining = true);
                return;
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
        var deliveries = Channel.CreateUnbounded<DeadLetterDelivery>(); // Bounded by the prefetch.
        var connection = await broker.ConnectAsync(stoppingToken);
        await using var channel = await connection.CreateChannelAsync(Broker.Confirmed, stoppingToken);
        channel.ChannelShutdownAsync += (_, shutdown) => End(deliveries.Writer, shutdown.ReplyText);
        await DeadLetterTopology.DeclareAsync(channel, name, stoppingToken);
        await DeadLetterTopology.DeclareSetAsideAsync(channel, stoppingToken);
        await channel.BasicQosAsync(0, Prefetch, global: false, stoppingToken);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) => await deliveries.Writer.WriteAsync(
            DeadLetterDelivery.Read(queue, delivery.DeliveryTag, delivery.BasicProperties, delivery.Body.ToArray(), time.GetUtcNow()), CancellationToken.None);
        consumer.UnregisteredAsync += (_, _) => End(deliveries.Writer, "The broker ended the consumer.");
        await channel.BasicConsumeAsync(name, autoAck: false, consumer, stoppingToken);
        Log.Draining(logger, name);
        draining();
        while (await deliveries.Reader.WaitToReadAsync(stoppingToken))
        {
            var batch = new List<DeadLetterDelivery>();
            while (deliveries.Reader.TryRead(out var delivery))
            {
                batch.Add(delivery);
            }

            using var trace = new BackgroundTrace("dead letters record");
            trace.Did(batch.Count);
            await RenewAsync(channel, name, batch, stoppingToken);
            if (batch.FindAll(delivery => !delivery.IsAtDeliveryLimit) is { Count: > 0 } lasting)
            {
                await recorder.RecordAsync(channel, name, lasting, stoppingToken);
            }

            // Deliveries of one channel are numbered and handed over in order, so the last one stands for all before it.
            await channel.BasicAckAsync(batch[^1].Tag, multiple: true, stoppingToken);
        }
    }

    /// <summary>A dead letter that RabbitMQ 4 would soon drop, since consoles died with it, goes to the end of its queue as a new one.</summary>
    private static async Task RenewAsync(IChannel channel, string name, List<DeadLetterDelivery> batch, CancellationToken stoppingToken)
    {
        foreach (var delivery in batch.Where(delivery => delivery.IsAtDeliveryLimit))
        {
            var properties = new BasicProperties(delivery.Properties) { Persistent = true };
            properties.Headers = properties.Headers?.Where(header => header.Key != DeliveryLimit.Header).ToDictionary();
            await channel.BasicPublishAsync(exchange: "", name, mandatory: true, properties, delivery.Body, stoppingToken);
        }
    }

    /// <summary>Once for each start: what an older version set aside this one may be able to record. What it cannot goes back.</summary>
    private async Task RetakeAsync(CancellationToken stoppingToken)
    {
        var connection = await broker.ConnectAsync(stoppingToken);
        await using var channel = await connection.CreateChannelAsync(Broker.Confirmed, stoppingToken);
        await DeadLetterTopology.DeclareSetAsideAsync(channel, stoppingToken);
        for (var left = await channel.MessageCountAsync(DeadLetterTopology.SetAside, stoppingToken); left > 0; left--)
        {
            if (await channel.BasicGetAsync(DeadLetterTopology.SetAside, autoAck: false, stoppingToken) is not { } message)
            {
                return;
            }

            var name = message.BasicProperties.Headers?.TryGetValue(DeadLetterTopology.FromHeader, out var from) == true ? AmqpHeaders.AsText(from) ?? "" : "";
            var queue = DeadLetterTopology.All.FirstOrDefault(source => source.Name == name).Queue ?? name;
            var delivery = DeadLetterDelivery.Read(queue, message.DeliveryTag, message.BasicProperties, message.Body.ToArray(), time.GetUtcNow());
            await recorder.RecordAsync(channel, name, [delivery], stoppingToken);
            await channel.BasicAckAsync(message.DeliveryTag, multiple: false, stoppingToken);
        }
    }

    private static Task End(ChannelWriter<DeadLetterDelivery> writer, string reason)
    {
        writer.TryComplete(new IOException(reason));
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Draining {Name}")]
        public static partial void Draining(ILogger logger, string name);

        [LoggerMessage("Draining {Name} was interrupted and goes on soon: {Reason}")]
        public static partial void Interrupted(ILogger logger, LogLevel level, string name, string reason);
    }
}
