using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;
using RabbitMQ.Client;

namespace PilotHooks.ServiceDefaults.Figures;

/// <summary>
/// Reports the figures of this replica every few seconds, at the same moments as every other. While the broker is away
/// the latest reports wait, so that what happened during an outage can be seen after it; older ones are dropped.
/// </summary>
internal sealed partial class FigureReporter(
    string service, FigureCollector collector, Broker broker, IOptions<FigureOptions> options, TimeProvider time, ILogger<FigureReporter> logger) : BackgroundService
{
    /// <summary>An hour of the default interval: less than a megabyte.</summary>
    internal const int MaxWaiting = 720;
    private static readonly TimeSpan SendTimeout = TimeSpan.FromSeconds(2);
    private readonly string _replica = $"{Environment.MachineName}-{Environment.ProcessId}";
    private readonly Queue<byte[]> _waiting = [];
    private bool _wasSending = true;
    private IChannel? _channel;

    /// <summary>Reports that wait for the broker.</summary>
    internal int Waiting => _waiting.Count;

    /// <summary>Reports made so far.</summary>
    internal int Made { get; private set; }

    public override void Dispose()
    {
        _channel?.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // It is no part of any event's trace, and every few seconds a trace of its own would be noise.
        using var untraced = SuppressInstrumentationScope.Begin();
        var at = time.GetUtcNow();
        while (!stoppingToken.IsCancellationRequested)
        {
            var now = time.GetUtcNow();
            at = Next(now > at ? now : at, options.Value.Interval);
            await Task.Delay(at - now, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            // When it ends, what was counted since the last report still goes out.
            Keep(collector.Collect(service, _replica, stoppingToken.IsCancellationRequested ? time.GetUtcNow() : at));
            await SendAsync();
        }
    }

    /// <summary>The next of the moments that divide the day into such intervals: a timer that is early must not meet one twice.</summary>
    internal static DateTimeOffset Next(DateTimeOffset now, TimeSpan interval)
        => new(now.UtcTicks - (now.UtcTicks % interval.Ticks) + interval.Ticks, TimeSpan.Zero);

    private void Keep(FigureReport report)
    {
        while (_waiting.Count >= MaxWaiting)
        {
            _waiting.Dequeue();
        }

        Made++;
        _waiting.Enqueue(JsonSerializer.SerializeToUtf8Bytes(report, ApiJson.Options));
    }

    /// <summary>Sends what waits, the oldest first, until the broker does not take one.</summary>
    private async Task SendAsync()
    {
        using var timeout = new CancellationTokenSource(SendTimeout, time);
        try
        {
            if (_channel is not { IsOpen: true })
            {
                _channel?.Dispose();
                var connection = await broker.ConnectAsync(timeout.Token);
                _channel = await connection.CreateChannelAsync(Broker.Confirmed, timeout.Token);
                await FigureQueue.DeclareAsync(_channel, timeout.Token);
            }

            while (_waiting.TryPeek(out var report))
            {
                await _channel.BasicPublishAsync(exchange: "", Queues.ConsoleFigures, mandatory: false, new BasicProperties { ContentType = "application/json" }, report, timeout.Token);
                _waiting.Dequeue();
            }

            _wasSending = true;
        }
        catch (Exception exception)
        {
            // Whatever it was, the next report tries again. It is said once, not every few seconds.
            Log.Waiting(logger, _wasSending ? LogLevel.Warning : LogLevel.Debug, exception.Message);
            _wasSending = false;
            await CloseAsync();
        }
    }

    /// <summary>A channel that failed is not used again: what it still holds would be confirmed to nobody.</summary>
    private async Task CloseAsync()
    {
        var channel = _channel;
        _channel = null;
        try
        {
            await (channel?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
        catch (Exception)
        {
            // It was broken before.
        }
    }

    private static partial class Log
    {
        [LoggerMessage("Figures wait for the broker: {Reason}")]
        public static partial void Waiting(ILogger logger, LogLevel level, string reason);
    }
}
