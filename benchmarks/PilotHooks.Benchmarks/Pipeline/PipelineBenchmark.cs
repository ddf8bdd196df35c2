using System.Globalization;
using PilotHooks.Benchmarks.Load;
using PilotHooks.Benchmarks.Processes;

namespace PilotHooks.Benchmarks.Pipeline;

/// <summary>
/// Sustained events per second from POST to committed rows beside what the ingress takes alone, and whether merges stay
/// as fast while tables grow; and the memory of every service under that load.
/// </summary>
internal static class PipelineBenchmark
{
    private const long CatchUpEvents = 50_000;

    /// <summary>They are short, and one that meets a checkpoint says little.</summary>
    private const int CatchUpsOfARound = 3;

    private static readonly long[] Sizes = [10_000, 1_000_000];

    public static async Task<int> RunAsync(Options options)
    {
        await using var system = await PipelineSystem.StartAsync();
        var run = new PipelineRun(system, options);
        var alone = await run.IngressAloneAsync();
        await system.StartConsumersAsync();

        var report = new Report("messages in the table", "events/s to rows", "of the ingress alone", "most on the way", "merged/s from full queues", "of the first");
        var costs = new Report(["messages in the table", .. system.Processes.Keys.Select(name => $"{name}, CPU µs per event")]);
        var first = 0.0;
        foreach (var size in Sizes)
        {
            await system.PreloadAsync(size);
            var sustained = await run.SustainAsync(options.Duration * 3);
            var merged = await MedianAsync(options.Rounds * CatchUpsOfARound, () => run.CatchUpAsync(CatchUpEvents));
            first = first == 0 ? merged : first;
            report.Add($"{await system.MessagesAsync():#,0}", sustained.PerSecond, sustained.PerSecond / alone, sustained.Backlog, merged, merged / first);
            costs.Add([$"from {size:#,0}", .. system.Processes.Keys.Select(name => (object)sustained.Cpu[name].TotalMicroseconds)]);
        }

        Console.WriteLine($"\nThe ingress alone: {alone.ToString("#,0", CultureInfo.InvariantCulture)} events/s.\n\n{report}\n{costs}");
        return await EndAsync(system, run);
    }

    public static async Task<int> MemoryAsync(Options options)
    {
        await using var system = await PipelineSystem.StartAsync();
        var run = new PipelineRun(system, options);
        await run.IngressAloneAsync();
        await system.StartConsumersAsync();
        var sustained = await run.SustainAsync(options.Duration * 6);

        var report = new Report("service", "resident at the end", "most ever");
        foreach (var (name, service) in system.Services)
        {
            report.Add(name, $"{ProcessStats.Resident(service.Id) >> 20} MB", $"{ProcessStats.PeakResident(service.Id) >> 20} MB");
        }

        Console.WriteLine($"\nUnder {sustained.PerSecond.ToString("#,0", CultureInfo.InvariantCulture)} events/s from POST to rows, for {(options.Duration * 6).TotalSeconds} s.\n\n{report}");
        return await EndAsync(system, run);
    }

    /// <summary>Waits for what is under way, and balances the account.</summary>
    public static async Task<int> EndAsync(PipelineSystem system, PipelineRun run)
    {
        await run.CommittedAllAsync();
        system.Ledger.Enter("rows", await system.CommittedAsync());
        return Accounts.Print([(system.IngressAlone, system.Ingress.Output()), (system.Ledger, system.Messaging.Output())]);
    }

    private static async Task<double> MedianAsync(int rounds, Func<Task<double>> measure)
    {
        var values = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            values.Add(await measure());
        }

        values.Sort();
        return (values[(rounds - 1) / 2] + values[rounds / 2]) / 2;
    }
}
