using System.Threading.Channels;
using PilotHooks.Simulator.Business;
using PilotHooks.Simulator.Delivery;

namespace PilotHooks.Simulator.Bursts;

/// <summary>Sends bursts, one after another, each at its rate as long as the ingress keeps up.</summary>
internal sealed class BurstRunner(Dispatcher dispatcher, World world, TimeProvider time) : BackgroundService
{
    private const int MaxQueued = 8;
    private const int MaxRemembered = 100;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private readonly Channel<Burst> _queue = Channel.CreateBounded<Burst>(MaxQueued);
    private readonly Lock _gate = new();
    private readonly List<Burst> _bursts = [];

    /// <summary>Null if too many wait already.</summary>
    public Burst? Start(int events, double rate)
    {
        var burst = new Burst(Guid.NewGuid().ToString("N"), events, rate, time.GetUtcNow());
        lock (_gate)
        {
            if (!_queue.Writer.TryWrite(burst))
            {
                return null;
            }

            _bursts.Add(burst);
            if (_bursts.Count > MaxRemembered)
            {
                _bursts.Remove(_bursts.Find(old => !old.IsRunning) ?? _bursts[0]);
            }
        }

        return burst;
    }

    public Burst? Find(string id)
    {
        lock (_gate)
        {
            return _bursts.Find(burst => burst.Id == id);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var burst in _queue.Reader.ReadAllAsync(stoppingToken))
        {
            await SendAsync(burst, stoppingToken);
        }
    }

    private async Task SendAsync(Burst burst, CancellationToken stoppingToken)
    {
        var start = time.GetTimestamp();
        for (var index = 0; index < burst.Events;)
        {
            var due = (int)Math.Min(burst.Events, 1 + (time.GetElapsedTime(start).TotalSeconds * burst.Rate));
            for (; index < due; index++)
            {
                burst.Begun();
                await dispatcher.SendAsync(
                    BurstEvents.Make(burst.Id[..12], index, world, time.GetUtcNow()),
                    outcome => burst.Settled(outcome, time.GetUtcNow()),
                    stoppingToken);
            }

            if (index < burst.Events)
            {
                await Task.Delay(Tick, time, stoppingToken);
            }
        }
    }
}
