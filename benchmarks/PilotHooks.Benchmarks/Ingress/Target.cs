using System.Diagnostics;
using PilotHooks.Benchmarks.Load;
using PilotHooks.Benchmarks.Processes;

namespace PilotHooks.Benchmarks.Ingress;

/// <summary>Something that takes events: what it is, its process and its account.</summary>
/// <param name="Places">The queues that its events go to, each with the name under which the account has it.</param>
internal sealed record TargetKind(string Name, string Project, IReadOnlyDictionary<string, string> Places, IReadOnlyDictionary<string, string> Environment);

/// <summary>A target while it runs, and what was measured of it.</summary>
internal sealed class Target(TargetKind kind, TargetProcess process) : IAsyncDisposable
{
    public string Name => kind.Name;

    public TargetKind Kind => kind;

    public TargetProcess Process => process;

    public Ledger Ledger { get; } = new(kind.Name);

    /// <summary>Of each round in the closed loop.</summary>
    public List<Measurement> AtFullSpeed { get; } = [];

    /// <summary>Of all rounds in the open loop.</summary>
    public LatencyHistogram AtRate { get; } = new();

    /// <summary>The generator's own lateness in the open loop.</summary>
    public LatencyHistogram Lag { get; } = new();

    public long PeakResident { get; private set; }

    public async Task MeasureAtFullSpeedAsync(Payloads payloads, Options options, ServerProcesses servers)
    {
        var before = Costs.Now(process.Id, servers);
        var result = await new LoadRun(process.Address, payloads, Ledger).AtFullSpeedAsync(options.Connections, options.Duration);
        // What the run still owes its consumers is its cost too.
        await DrainAsync();
        AtFullSpeed.Add(new Measurement(result.PerSecond, result.Latency, (Costs.Now(process.Id, servers) - before) / result.Accepted));
        Note();
    }

    public async Task MeasureAtRateAsync(double perSecond, Payloads payloads, Options options)
    {
        var result = await new LoadRun(process.Address, payloads, Ledger).AtRateAsync(perSecond, connections: 512, options.Duration);
        AtRate.Add(result.Latency);
        Lag.Add(result.Lag);
        await DrainAsync();
        Note();
    }

    /// <summary>Waits until everything accepted has been seen; a minute at most, then the account tells what is missing.</summary>
    public async Task DrainAsync()
    {
        for (var start = Stopwatch.GetTimestamp(); !Ledger.AllSeen && Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(1);)
        {
            await Task.Delay(20);
        }
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private void Note() => PeakResident = Math.Max(PeakResident, ProcessStats.Resident(process.Id));
}

internal sealed record ServerProcesses(int Broker, int Redis);

internal sealed record Measurement(double PerSecond, LatencyHistogram Latency, Costs PerEvent);

/// <summary>CPU time by who spent it.</summary>
internal readonly record struct Costs(TimeSpan Target, TimeSpan Broker, TimeSpan Redis, TimeSpan Generator)
{
    public TimeSpan Total => Target + Broker + Redis + Generator;

    public static Costs Now(int target, ServerProcesses servers)
        => new(ProcessStats.Cpu(target), ProcessStats.Cpu(servers.Broker), ProcessStats.Cpu(servers.Redis), ProcessStats.Cpu(Environment.ProcessId));

    public static Costs operator -(Costs left, Costs right)
        => new(left.Target - right.Target, left.Broker - right.Broker, left.Redis - right.Redis, left.Generator - right.Generator);

    public static Costs operator /(Costs costs, double count)
        => new(costs.Target / count, costs.Broker / count, costs.Redis / count, costs.Generator / count);
}
