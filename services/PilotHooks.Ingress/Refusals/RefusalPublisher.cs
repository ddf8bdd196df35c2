using MassTransit;
using PilotHooks.Contracts;

namespace PilotHooks.Ingress.Refusals;

/// <summary>Brings refused requests to the relay, one after the other. While the broker is away they wait, as far as there is room.</summary>
internal sealed partial class RefusalPublisher(RefusalLog log, IBus bus, TimeProvider time, ILogger<RefusalPublisher> logger) : BackgroundService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var refused in log.Waiting.ReadAllAsync(stoppingToken))
            {
                while (!await TryPublishAsync(refused, stoppingToken))
                {
                    await Task.Delay(Pause, time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What still waits is lost with this replica: the log helps, and promises nothing.
        }
    }

    private async Task<bool> TryPublishAsync(RefusedRequest refused, CancellationToken stoppingToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        timeout.CancelAfter(Timeout);
        try
        {
            // Mandatory: one that no queue took comes back, and MassTransit declares the queue anew with the next.
            await bus.Publish(refused, context => context.Mandatory = true, timeout.Token);
            return true;
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
        {
            Log.Waiting(logger, exception.GetType().Name);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Refused requests wait for the broker: {Exception}")]
        public static partial void Waiting(ILogger logger, string exception);
    }
}
