using System.Diagnostics;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace PilotHooks.Benchmarks.Load;

/// <summary>
/// Consumes a queue and enters what it sees in a ledger. Acknowledges by the batch, the same for every target, so that
/// the consumers cost as little as consumers can.
/// </summary>
internal sealed class QueueDrain : IAsyncDisposable
{
    private const ushort Prefetch = 1000;
    private const int AckEvery = 100;
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AckAtLeastEvery = TimeSpan.FromMilliseconds(50);

    private readonly IChannel _channel;
    private readonly IReadOnlyList<Sightings> _sightings;
    private readonly CancellationTokenSource _stopping = new();
    private Task _flusher = Task.CompletedTask;
    private ulong _last;
    private ulong _acknowledged;

    private QueueDrain(IChannel channel, IReadOnlyList<Sightings> sightings)
    {
        _channel = channel;
        _sightings = sightings;
    }

    /// <summary>Starts to consume as soon as somebody has declared the queue.</summary>
    public static async Task<QueueDrain> StartAsync(IConnection connection, string queue, IReadOnlyList<Sightings> sightings)
    {
        for (var start = Stopwatch.GetTimestamp(); ; await Task.Delay(100))
        {
            var channel = await connection.CreateChannelAsync();
            try
            {
                await channel.BasicQosAsync(0, Prefetch, global: false);
                var drain = new QueueDrain(channel, sightings);
                var consumer = new AsyncEventingBasicConsumer(channel);
                consumer.ReceivedAsync += drain.ReceiveAsync;
                await channel.BasicConsumeAsync(queue, autoAck: false, consumer);
                drain._flusher = drain.FlushAsync();
                return drain;
            }
            catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == Constants.NotFound && Stopwatch.GetElapsedTime(start) < StartTimeout)
            {
                await channel.DisposeAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _flusher;
        await _channel.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task ReceiveAsync(object sender, BasicDeliverEventArgs delivery)
    {
        // Several events may share a message.
        var body = delivery.Body.Span;
        for (var sequence = Payloads.NextSequence(ref body); sequence >= 0; sequence = Payloads.NextSequence(ref body))
        {
            for (var i = 0; i < _sightings.Count && !_sightings[i].TrySee(sequence); i++)
            {
            }
        }

        Volatile.Write(ref _last, delivery.DeliveryTag);
        if (delivery.DeliveryTag - Volatile.Read(ref _acknowledged) >= AckEvery)
        {
            await AckAsync();
        }
    }

    private async Task FlushAsync()
    {
        using var timer = new PeriodicTimer(AckAtLeastEvery);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token))
            {
                await AckAsync();
            }
        }
        catch (OperationCanceledException)
        {
            await AckAsync();
        }
    }

    private async Task AckAsync()
    {
        var last = Volatile.Read(ref _last);
        var before = Interlocked.Exchange(ref _acknowledged, last);
        if (last > before)
        {
            await _channel.BasicAckAsync(last, multiple: true);
        }
    }
}
