using Microsoft.Extensions.Options;
using PilotHooks.Simulator.Business;
using PilotHooks.Simulator.Events;

namespace PilotHooks.Simulator.Delivery;

/// <summary>What will happen, in order of time, with the provider's faults already in it.</summary>
internal sealed class Schedule : BackgroundService
{
    /// <summary>While the ingress is away events pile up here; above this nothing new begins.</summary>
    private const int MaxWaiting = 5_000;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<SimulatedEvent, (DateTimeOffset At, long Order)> _waiting = new();
    private readonly Random _chance;
    private readonly SimulatorOptions _options;
    private readonly Dispatcher _dispatcher;
    private readonly TimeProvider _time;
    private long _order;
    private volatile bool _isStopped;

    public Schedule(World world, Dispatcher dispatcher, IOptions<SimulatorOptions> options, TimeProvider time)
    {
        _chance = new Random(unchecked(world.Seed * 31));
        _options = options.Value;
        _dispatcher = dispatcher;
        _time = time;
    }

    public bool IsFull => Waiting >= MaxWaiting;

    /// <summary>Whether events are held back, as by a provider that is away.</summary>
    public bool IsStopped => _isStopped;

    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    public void Stop() => _isStopped = true;

    public void Resume() => _isStopped = false;

    public void Add(IReadOnlyList<Step> steps)
    {
        lock (_gate)
        {
            foreach (var step in steps)
            {
                var disturbance = Disturbance.Decide(_chance, _options);
                var at = step.At + disturbance.Hold;
                _waiting.Enqueue(step.Event, (at, _order++));
                foreach (var later in disturbance.Copies)
                {
                    _waiting.Enqueue(step.Event, (at + later, _order++));
                }
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            if (!_isStopped && TakeDue() is { } due)
            {
                await _dispatcher.SendAsync(due, settled: null, stoppingToken);
            }
            else
            {
                await Task.Delay(Tick, _time, stoppingToken);
            }
        }
    }

    private SimulatedEvent? TakeDue()
    {
        lock (_gate)
        {
            return _waiting.TryPeek(out _, out var next) && next.At <= _time.GetUtcNow() ? _waiting.Dequeue() : null;
        }
    }
}
