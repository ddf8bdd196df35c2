using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Figures;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace PilotHooks.Console.Overview;

/// <summary>
/// Asks the broker how many messages wait in each consumer's queue and how many replicas consume it, as metrics. What it
/// does not know it does not measure, so nobody takes a broker that is away for an empty queue.
/// </summary>
internal sealed class QueueDepths : BackgroundService
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private static readonly IReadOnlyList<string> All = Queues.All;

    private readonly Broker _broker;
    private readonly IOptions<FigureOptions> _options;
    private readonly TimeProvider _time;
    private volatile IReadOnlyList<QueueDeclareOk> _found = [];

    public QueueDepths(Broker broker, IOptions<FigureOptions> options, TimeProvider time, IMeterFactory meters)
    {
        (_broker, _options, _time) = (broker, options, time);
        var meter = meters.Create("PilotHooks.Console");
        meter.CreateObservableGauge("pilothooks.queue.depth", () => Measured(queue => queue.MessageCount), "{message}", "Messages that no consumer has in hand, by queue.");
        meter.CreateObservableGauge("pilothooks.queue.consumers", () => Measured(queue => queue.ConsumerCount), "{consumer}", "Consumers of a queue.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var untraced = SuppressInstrumentationScope.Begin();
        while (!stoppingToken.IsCancellationRequested)
        {
            _found = await AskAsync(stoppingToken);
            await Task.Delay(_options.Value.Interval, _time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private IEnumerable<Measurement<long>> Measured(Func<QueueDeclareOk, long> value)
        => _found.Select(queue => new Measurement<long>(value(queue), new KeyValuePair<string, object?>("queue", queue.QueueName)));

    /// <summary>Empty while the broker does not answer.</summary>
    private async Task<IReadOnlyList<QueueDeclareOk>> AskAsync(CancellationToken stoppingToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stoppingToken);
        var found = new List<QueueDeclareOk>();
        try
        {
            var connection = await _broker.ConnectAsync(either.Token);
            for (var next = 0; next < All.Count;)
            {
                next = await AskAsync(connection, next, found, either.Token);
            }

            return found;
        }
        catch (Exception)
        {
            // The drain of the dead letters says why.
            return [];
        }
    }

    /// <summary>Asks from one queue on, and returns where to go on: a queue that does not exist yet ends the channel.</summary>
    private static async Task<int> AskAsync(IConnection connection, int next, List<QueueDeclareOk> found, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            for (; next < All.Count; next++)
            {
                found.Add(await channel.QueueDeclarePassiveAsync(All[next], cancellationToken));
            }
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return next + 1;
        }

        return next;
    }
}
