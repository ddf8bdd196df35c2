using System.Diagnostics;
using PilotHooks.Benchmarks.Load;
using PilotHooks.Benchmarks.Processes;

namespace PilotHooks.Benchmarks.Pipeline;

/// <summary>What the pipeline did in a window of time.</summary>
/// <param name="PerSecond">Events committed to rows.</param>
/// <param name="Backlog">Most events that were accepted and not yet in rows.</param>
/// <param name="Cpu">CPU time per event, by process.</param>
internal sealed record Sustained(double PerSecond, long Backlog, IReadOnlyDictionary<string, TimeSpan> Cpu);

/// <summary>Puts load on the whole pipeline.</summary>
internal sealed class PipelineRun(PipelineSystem system, Options options)
{
    // About a second of events: enough that no part ever waits for another, little enough that what is measured is what
    // the slowest part does.
    private const long HighBacklog = 10_000;
    private readonly Payloads _payloads = new("/hooks/whatsapp", Ids.Lifecycles);

    /// <summary>Events per second that the ingress accepts by itself, with consumers that only acknowledge.</summary>
    public async Task<double> IngressAloneAsync()
    {
        await using var drains = await system.DrainInsteadOfConsumersAsync();
        await new LoadRun(system.Ingress.Address, _payloads, system.IngressAlone).AtFullSpeedAsync(options.Connections, options.WarmUp);
        var result = await new LoadRun(system.Ingress.Address, _payloads, system.IngressAlone).AtFullSpeedAsync(options.Connections, options.Duration * 2);
        for (var start = Stopwatch.GetTimestamp(); !system.IngressAlone.AllSeen && Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(1);)
        {
            await Task.Delay(20);
        }

        return result.PerSecond;
    }

    /// <summary>
    /// Events per second from POST to committed rows. The generator sends as fast as it can while fewer than
    /// <see cref="HighBacklog"/> events are on their way, so the backlog never grows and the rate is the pipeline's own.
    /// </summary>
    public async Task<Sustained> SustainAsync(TimeSpan window)
    {
        var (accepted, merged) = (system.Ledger.Accepted, await SettledAsync());
        var backlog = 0L;
        var most = 0L;
        var stop = false;
        var watching = Task.Run(async () =>
        {
            for (; !Volatile.Read(ref stop); await Task.Delay(100))
            {
                var now = system.Ledger.Accepted - accepted - (await system.MergedRoughlyAsync() - merged);
                Volatile.Write(ref backlog, now);
                most = Math.Max(most, now);
            }
        });
        var load = new LoadRun(system.Ingress.Address, _payloads, system.Ledger).AtFullSpeedAsync(
            options.Connections, () => Volatile.Read(ref stop) ? Next.Stop : Volatile.Read(ref backlog) > HighBacklog ? Next.Wait : Next.Send);

        await Task.Delay(options.WarmUp);
        var (cpu, start, before) = (Cpu(), Stopwatch.GetTimestamp(), await system.CommittedAsync());
        await Task.Delay(window);
        var (elapsed, committed) = (Stopwatch.GetElapsedTime(start), await system.CommittedAsync() - before);
        var spent = Cpu().ToDictionary(one => one.Key, one => (one.Value - cpu[one.Key]) / committed);

        Volatile.Write(ref stop, true);
        await Task.WhenAll(load, watching);
        await CommittedAllAsync();
        return new Sustained(committed / elapsed.TotalSeconds, most, spent);
    }

    /// <summary>
    /// Events per second merged from full queues: the consumers and their database, with nothing else at work. To count
    /// all rows over and over would be work that grows with the table, so the newest are counted.
    /// </summary>
    public async Task<double> CatchUpAsync(long events)
    {
        var from = await system.NowAsync();
        await system.Messaging.SignalAsync("STOP");
        var target = system.Ledger.Published + events;
        await new LoadRun(system.Ingress.Address, _payloads, system.Ledger).AtFullSpeedAsync(
            options.Connections, () => system.Ledger.Published < target ? Next.Send : Next.Stop);
        await system.Messaging.SignalAsync("CONT");
        var start = Stopwatch.GetTimestamp();
        while (await system.MergedSinceAsync(from) < events && Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(2))
        {
            await Task.Delay(50);
        }

        var elapsed = Stopwatch.GetElapsedTime(start);
        await CommittedAllAsync();
        return events / elapsed.TotalSeconds;
    }

    /// <summary>Waits until every accepted event is in a row; two minutes at most, then the account tells what is missing.</summary>
    public async Task CommittedAllAsync()
    {
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(2); await Task.Delay(100))
        {
            if (await system.CommittedAsync() == system.Ledger.Accepted)
            {
                return;
            }
        }
    }

    /// <summary>The statistics once they have stopped changing.</summary>
    private async Task<long> SettledAsync()
    {
        for (var last = -1L; ; await Task.Delay(1500))
        {
            var now = await system.MergedRoughlyAsync();
            if (now == last)
            {
                return now;
            }

            last = now;
        }
    }

    private Dictionary<string, TimeSpan> Cpu() => system.Processes.ToDictionary(one => one.Key, one => ProcessStats.Cpu(one.Value));
}
