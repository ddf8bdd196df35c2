using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Figures;

namespace PilotHooks.Console.Overview;

/// <summary>What is asked for when the overview is read, each null where it could not be.</summary>
internal sealed record SystemState(long? OpenDeadLetters, NumbersModel? Numbers, EndpointsModel? Endpoints);

/// <summary>Makes the overview of a window.</summary>
internal static class OverviewBuilder
{
    /// <summary>By then the reports of a point have come.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    /// <summary><paramref name="perPoint"/>: how many of the window's slots are one point; the hour is cut to whole ones.</summary>
    public static OverviewModel Build(OverviewWindow window, SystemState state, TimeSpan resolution, DateTimeOffset now, int perPoint = 1)
    {
        // The point that is under way shows too little yet.
        var settled = TimeSpan.FromTicks(Math.Min(Settled.Ticks, resolution.Ticks / 2));
        var end = window.SlotOf(now - settled);
        var count = (int)(OverviewOptions.Window / resolution) / perPoint * perPoint;
        var first = end - count;
        var (ingress, relay, console) = (Of("ingress"), Of("relay"), Of("console"));
        return new OverviewModel(
            window.Begin(first),
            window.Begin(end),
            resolution.TotalSeconds * perPoint,
            Queues.ByEvent.Keys.Select(kind => kind.Name).ToDictionary(kind => kind, kind => ingress.Flow($"pilothooks.ingress.accepted:{kind}")),
            ingress.Flow("pilothooks.ingress.duplicates"),
            ingress.Flow("pilothooks.ingress.rejected"),
            ingress.Latency("pilothooks.ingress.ack.duration"),
            new SpoolModel(ingress.Level("pilothooks.ingress.spool.depth"), ingress.Flow("pilothooks.ingress.spooled"), ingress.Flow("pilothooks.ingress.drained")),
            [.. Queues.All.Select(queue => QueueOf(queue, Of(ServiceOf(queue)), console))],
            new Dictionary<string, FlowModel>
            {
                ["messaging"] = Of("messaging").FlowOfAll("pilothooks.merge.batch.size"),
                ["numbers"] = Of("numbers").FlowOfAll("pilothooks.merge.batch.size"),
                ["calls"] = Of("calls").FlowOfAll("pilothooks.merge.batch.size"),
                ["relay"] = relay.Flow("pilothooks.relay.events.archived"),
            },
            new DeliveriesModel(
                relay.Flow("pilothooks.relay.deliveries.queued"),
                relay.FlowsBy("pilothooks.relay.deliveries.ended", "successful", "failed"),
                relay.FlowsBy("pilothooks.relay.attempts", "success"),
                relay.Latency("pilothooks.relay.latency")),
            new DeadLettersModel(state.OpenDeadLetters, console.FlowOfAll("pilothooks.dead_letters.recorded")),
            state.Numbers,
            state.Endpoints,
            window.Services(now - (2 * resolution)));

        Points Of(string service) => new(window.Of(service, first, count), resolution.TotalSeconds, perPoint);
    }

    /// <summary>Queues are named after the service that consumes them.</summary>
    private static string ServiceOf(string queue) => queue.Split('-', 2)[0];

    private static QueueModel QueueOf(string queue, Points service, Points console)
    {
        var depths = console.Gauges($"pilothooks.queue.depth:{queue}");
        var latest = service.Distributions($"pilothooks.queue.age:{queue}");
        var ages = QueueAge.Of([.. depths.Zip(latest, (depth, age) => new QueueAge.Point(depth?.Min, depth?.Max, age?.Max))], console.Seconds);
        return new QueueModel(
            queue,
            ServiceOf(queue),
            (int?)console.Gauges($"pilothooks.queue.consumers:{queue}")[^1]?.Max,
            console.Level($"pilothooks.queue.depth:{queue}"),
            console.Level(ages));
    }

    private static double? Rounded(double? value) => value is { } number ? Math.Round(number, 3) : null;

    /// <summary>A service's figures in all slots of some seconds, of which so many make a point.</summary>
    private sealed record Points(SlotFigures?[] Slots, double Seconds, int PerPoint)
    {
        public FlowModel Flow(string name) => Flow(slot => slot.Sum(name));

        /// <summary>Of all values of the instrument's tag together.</summary>
        public FlowModel FlowOfAll(string instrument) => Flow(slot => slot.Sums.Where(sum => IsOf(instrument, sum.Key)).Sum(sum => sum.Value));

        /// <summary>By the values of the instrument's tag: those that occurred, and these in any case.</summary>
        public IReadOnlyDictionary<string, FlowModel> FlowsBy(string instrument, params string[] always)
            => Slots.OfType<SlotFigures>().SelectMany(slot => slot.Sums.Keys).Where(name => IsOf(instrument, name)).Select(name => name[(instrument.Length + 1)..])
                .Concat(always).Distinct().Order(StringComparer.Ordinal)
                .ToDictionary(value => value, value => Flow($"{instrument}:{value}"));

        public LevelModel Level(string gauge) => Level([.. Gauges(gauge).Select(range => range?.Max)]);

        public LevelModel Level(IReadOnlyList<double?> slots)
            => new(slots.LastOrDefault(slot => slot is not null), [.. slots.Chunk(PerPoint).Select(point => Rounded(point.Max()))]);

        public LatencyModel Latency(string name)
        {
            var points = Array.ConvertAll<FigureDistribution?[], FigureDistribution?>(
                [.. Distributions(name).Chunk(PerPoint)],
                point => point.OfType<FigureDistribution>().ToList() is { Count: > 0 } found ? FigureBuckets.Merge(found) : null);
            var all = FigureBuckets.Merge(points.OfType<FigureDistribution>());
            var counted = all.Buckets.Values.Sum();
            return new LatencyModel(
                counted, Milliseconds(all, 0.5), Milliseconds(all, 0.95), Milliseconds(all, 0.99), counted == 0 ? null : Rounded(all.Max * 1000),
                new LatencyPoints([.. points.Select(point => Milliseconds(point, 0.5))], [.. points.Select(point => Milliseconds(point, 0.95))], [.. points.Select(point => Milliseconds(point, 0.99))]));
        }

        public (double Min, double Max)?[] Gauges(string name) => Array.ConvertAll(Slots, slot => slot?.Gauge(name));

        public FigureDistribution?[] Distributions(string name) => Array.ConvertAll(Slots, slot => slot?.Distribution(name));

        private FlowModel Flow(Func<SlotFigures, long> sum)
        {
            var sums = Array.ConvertAll(Slots, slot => slot is null ? (long?)null : sum(slot));
            return new FlowModel(sums.Sum() ?? 0, [.. sums.Chunk(PerPoint).Select(point => Rounded(Rate([.. point.OfType<long>()])))]);
        }

        /// <summary>Over the time of which there are reports; null without any.</summary>
        private double? Rate(IReadOnlyCollection<long> sums) => sums.Count == 0 ? null : sums.Sum() / (Seconds * sums.Count);

        private static bool IsOf(string instrument, string name) => name.Length > instrument.Length && name[instrument.Length] == ':' && name.StartsWith(instrument, StringComparison.Ordinal);

        private static double? Milliseconds(FigureDistribution? distribution, double share) => Rounded(distribution?.Percentile(share) * 1000);
    }
}
