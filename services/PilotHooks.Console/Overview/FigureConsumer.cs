using System.Text.Json;
using System.Threading.Channels;
using OpenTelemetry;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Figures;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace PilotHooks.Console.Overview;

/// <summary>
/// Moves reports from the broker into the database, and removes old ones there. While the database is away they wait in
/// their queue, which is bounded. Replicas share the queue.
/// </summary>
internal sealed partial class FigureConsumer(Broker broker, FigureStore store, TimeProvider time, ILogger<FigureConsumer> logger) : BackgroundService
{
    /// <summary>A burst after an outage is stored in rows of so many at a time.</summary>
    private const ushort Prefetch = 100;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CleanEvery = TimeSpan.FromMinutes(1);

    /// <summary>Longer than the window, so that its first point is whole.</summary>
    private static readonly TimeSpan Keep = OverviewOptions.Window + TimeSpan.FromMinutes(10);

    private DateTimeOffset _cleanedAt = DateTimeOffset.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var untraced = SuppressInstrumentationScope.Begin();
        for (var wasConsuming = true; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                await ConsumeAsync(() => wasConsuming = true, stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // What was not acknowledged is still in the queue. It is said once, not every second.
                Log.Interrupted(logger, wasConsuming ? LogLevel.Warning : LogLevel.Debug, exception.Message);
                wasConsuming = false;
            }

            await Task.Delay(RetryDelay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ConsumeAsync(Action consuming, CancellationToken stoppingToken)
    {
        var deliveries = Channel.CreateUnbounded<(ulong Tag, FigureReport? Report)>(); // Bounded by the prefetch.
        var connection = await broker.ConnectAsync(stoppingToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: stoppingToken);
        channel.ChannelShutdownAsync += (_, shutdown) => End(deliveries.Writer, shutdown.ReplyText);
        await FigureQueue.DeclareAsync(channel, stoppingToken);
        await channel.BasicQosAsync(0, Prefetch, global: false, stoppingToken);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) => await deliveries.Writer.WriteAsync((delivery.DeliveryTag, Read(delivery.Body.Span, time.GetUtcNow())), CancellationToken.None);
        consumer.UnregisteredAsync += (_, _) => End(deliveries.Writer, "The broker ended the consumer.");
        await channel.BasicConsumeAsync(Queues.ConsoleFigures, autoAck: false, consumer, stoppingToken);
        while (await deliveries.Reader.WaitToReadAsync(stoppingToken))
        {
            var reports = new List<FigureReport>();
            var last = 0UL;
            while (deliveries.Reader.TryRead(out var delivery))
            {
                last = delivery.Tag;
                reports.AddRange(delivery.Report is { } report ? [report] : []);
            }

            await store.AddAsync(reports, stoppingToken);
            await channel.BasicAckAsync(last, multiple: true, stoppingToken);
            consuming();
            await CleanAsync(stoppingToken);
        }
    }

    /// <summary>Null for what is no report of the last hour: nobody could show it.</summary>
    internal static FigureReport? Read(ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        try
        {
            return JsonSerializer.Deserialize<FigureReport>(body, ApiJson.Options) is { Service: not null, Replica: not null, Sums: not null, Distributions: not null, Gauges: not null } report
                && report.At > now - OverviewOptions.Window && report.At < now + TimeSpan.FromMinutes(1)
                ? report
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task CleanAsync(CancellationToken stoppingToken)
    {
        if (time.GetUtcNow() - _cleanedAt > CleanEvery)
        {
            await store.RemoveAsync(time.GetUtcNow() - Keep, stoppingToken);
            _cleanedAt = time.GetUtcNow();
        }
    }

    private static Task End(ChannelWriter<(ulong Tag, FigureReport? Report)> writer, string reason)
    {
        writer.TryComplete(new IOException(reason));
        return Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage("Storing figures was interrupted and goes on soon: {Reason}")]
        public static partial void Interrupted(ILogger logger, LogLevel level, string reason);
    }
}
