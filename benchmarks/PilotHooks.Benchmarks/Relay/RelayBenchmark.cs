using System.Diagnostics;
using System.Globalization;
using PilotHooks.Benchmarks.Load;
using PilotHooks.Benchmarks.Processes;

namespace PilotHooks.Benchmarks.Relay;

/// <summary>
/// Deliveries per second from a full queue to a fast subscriber, for one and for ten endpoints, beside the floor of the same
/// posts; and the delay of a healthy endpoint while another one hangs.
/// </summary>
internal static class RelayBenchmark
{
    private const long DeliveriesOfARound = 60_000;

    /// <summary>Until both sides' code is compiled as well as it will be.</summary>
    private const int WarmUpRounds = 4;

    /// <summary>Most attempts that the relay has under way at one endpoint.</summary>
    private const int Loops = 64;

    private const double DelayRate = 100;

    public static async Task<int> RunAsync(Options options)
    {
        await using var system = await RelaySystem.StartAsync();
        await using var floor = SignedPostsProcess.Start();
        await using var subscriber = await FastSubscriber.StartAsync();
        Console.WriteLine(Machine.Describe("PostgreSQL with fsync"));
        Console.WriteLine($"Bodies of {system.AverageSize} bytes on average, {options.Rounds} rounds of {DeliveriesOfARound.ToString("#,0", CultureInfo.InvariantCulture)} deliveries");

        List<Lane> lanes =
        [
            await Lane.CreateAsync(system, floor, subscriber, "message.received", endpoints: 1),
            await Lane.CreateAsync(system, floor, subscriber, "message.read", endpoints: 10),
        ];
        foreach (var lane in lanes)
        {
            await lane.WarmUpAsync();
        }

        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var lane in round % 2 == 0 ? lanes : Enumerable.Reverse(lanes))
            {
                await lane.MeasureAsync(floorFirst: round % 2 == 0);
            }
        }

        var delay = await Delay.CreateAsync(system, subscriber);
        for (var round = 0; round < options.Rounds; round++)
        {
            await delay.MeasureAsync(hanging: round % 2 != 0, options.Duration * 2);
            await delay.MeasureAsync(hanging: round % 2 == 0, options.Duration * 2);
        }

        return await PrintAsync(system, lanes, delay, options);
    }

    private static async Task<int> PrintAsync(RelaySystem system, List<Lane> lanes, Delay delay, Options options)
    {
        var speed = new Report(["endpoints of each event", "floor, posts/s", "deliveries/s", "of the floor", "CPU µs per post", "per delivery", .. system.Processes.Keys.Select(name => $"{name}'s")]);
        foreach (var lane in lanes)
        {
            speed.Add([
                lane.Endpoints.Count,
                Median(lane.Floor, one => one.PerSecond),
                Median(lane.Relay, one => one.PerSecond),
                Median(lane.Relay.Zip(lane.Floor, (ours, its) => ours.PerSecond / its.PerSecond), ratio => ratio),
                Median(lane.Floor, one => one.Cpu.Values.Sum(time => time.TotalMicroseconds)),
                Median(lane.Relay, one => one.Cpu.Values.Sum(time => time.TotalMicroseconds)),
                .. system.Processes.Keys.Select(name => (object)Median(lane.Relay, one => one.Cpu[name].TotalMicroseconds))]);
        }

        var delays = new Report("the other endpoint", "p50", "p95", "p99", "p95 of that");
        delays.Add("answers", delay.Answering.Percentile(0.5), delay.Answering.Percentile(0.95), delay.Answering.Percentile(0.99), 1.0);
        delays.Add("hangs", delay.Hanging.Percentile(0.5), delay.Hanging.Percentile(0.95), delay.Hanging.Percentile(0.99), delay.Hanging.Percentile(0.95) / delay.Answering.Percentile(0.95));
        Console.WriteLine($"\nFrom a full queue, median of {options.Rounds} rounds.\n\n{speed}");
        Console.WriteLine($"From the bus to a healthy endpoint at {DelayRate.ToString("0", CultureInfo.InvariantCulture)} events/s, all of {options.Rounds} rounds.\n\n{delays}");
        foreach (var lane in lanes)
        {
            await lane.EnterRowsAsync();
        }

        await delay.EnterRowsAsync();
        return Accounts.Print([.. lanes.SelectMany(lane => new[] { (lane.FloorLedger, ""), (lane.RelayLedger, system.Relay.Output()) }), (delay.Ledger, system.Relay.Output())]);
    }

    private static double Median<T>(IEnumerable<T> values, Func<T, double> select)
    {
        double[] sorted = [.. values.Select(select).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private sealed record Result(double PerSecond, IReadOnlyDictionary<string, TimeSpan> Cpu);

    /// <summary>Endpoints that all get the same events, from the relay and from the floor.</summary>
    private sealed class Lane
    {
        private readonly RelaySystem _system;
        private readonly SignedPostsProcess _floor;
        private readonly string _event;
        private readonly List<SubscribedEndpoint> _ofFloor = [];
        private long _delivered;

        private Lane(RelaySystem system, SignedPostsProcess floor, string name, int endpoints)
        {
            (_system, _floor, _event) = (system, floor, name);
            (FloorLedger, RelayLedger) = (new Ledger($"floor, {endpoints}"), new Ledger($"relay, {endpoints}"));
        }

        public Ledger FloorLedger { get; }

        public Ledger RelayLedger { get; }

        /// <summary>Ids of the relay's endpoints.</summary>
        public List<string> Endpoints { get; } = [];

        public List<Result> Floor { get; } = [];

        public List<Result> Relay { get; } = [];

        private long EventsOfARound => DeliveriesOfARound / Endpoints.Count;

        public static async Task<Lane> CreateAsync(RelaySystem system, SignedPostsProcess floor, FastSubscriber subscriber, string name, int endpoints)
        {
            var lane = new Lane(system, floor, name, endpoints);
            for (var i = 0; i < endpoints; i++)
            {
                lane._ofFloor.Add(subscriber.Add(lane.FloorLedger.Expect($"endpoint {i}")));
                lane.Endpoints.Add(await system.SubscribeAsync(subscriber.Add(lane.RelayLedger.Expect($"endpoint {i}")).Url, name));
            }

            return lane;
        }

        public async Task WarmUpAsync()
        {
            for (var round = 0; round < WarmUpRounds; round++)
            {
                await PostAsync(EventsOfARound);
                await DeliverAsync(EventsOfARound);
            }
        }

        public async Task MeasureAsync(bool floorFirst)
        {
            if (floorFirst)
            {
                Floor.Add(await PostAsync(EventsOfARound));
            }

            Relay.Add(await DeliverAsync(EventsOfARound));
            if (!floorFirst)
            {
                Floor.Add(await PostAsync(EventsOfARound));
            }
        }

        public async Task EnterRowsAsync()
        {
            foreach (var (id, i) in Endpoints.Select((id, i) => (id, i)))
            {
                var (once, _, all) = await _system.CountAsync(id);
                RelayLedger.Enter($"rows of endpoint {i}", all);
                RelayLedger.Enter($"delivered at once to endpoint {i}", once);
            }
        }

        private async Task<Result> PostAsync(long events)
        {
            var first = FloorLedger.Next();
            for (var i = 1; i < events; i++)
            {
                FloorLedger.Next();
            }

            var processes = new Dictionary<string, int> { ["floor"] = _floor.Id, ["subscriber"] = Environment.ProcessId };
            var (cpu, start) = (Cpu(processes), Stopwatch.GetTimestamp());
            var posted = await _floor.PostAsync(first, events, Loops, _ofFloor.Select(endpoint => endpoint.Url));
            var elapsed = Stopwatch.GetElapsedTime(start);
            for (var i = 0; i < posted / _ofFloor.Count; i++)
            {
                FloorLedger.Count(Answer.Accepted);
            }

            return new Result(posted / elapsed.TotalSeconds, Spent(processes, cpu, posted));
        }

        /// <summary>The queue is filled while the relay stands still; its time runs from then to the last post.</summary>
        private async Task<Result> DeliverAsync(long events)
        {
            await _system.Relay.SignalAsync("STOP");
            await _system.PublishAsync(RelayLedger, _event, events);
            await _system.Relay.SignalAsync("CONT");
            var (cpu, start) = (Cpu(_system.Processes), Stopwatch.GetTimestamp());
            for (; !RelayLedger.AllSeen && Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(2); await Task.Delay(5))
            {
            }

            var elapsed = Stopwatch.GetElapsedTime(start);
            // What is still to be written down is its cost too.
            _delivered += events;
            foreach (var id in Endpoints)
            {
                for (; await _system.SuccessfulAsync(id) < _delivered && Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(2); await Task.Delay(50))
                {
                }
            }

            var deliveries = events * Endpoints.Count;
            return new Result(deliveries / elapsed.TotalSeconds, Spent(_system.Processes, cpu, deliveries));
        }

        private static Dictionary<string, TimeSpan> Cpu(IReadOnlyDictionary<string, int> processes) => processes.ToDictionary(one => one.Key, one => ProcessStats.Cpu(one.Value));

        private static Dictionary<string, TimeSpan> Spent(IReadOnlyDictionary<string, int> processes, Dictionary<string, TimeSpan> before, long count)
            => Cpu(processes).ToDictionary(one => one.Key, one => (one.Value - before[one.Key]) / count);
    }

    /// <summary>A healthy endpoint and one that hangs at times; both get every event.</summary>
    private sealed class Delay
    {
        private const string Event = "message.sent";
        private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

        private readonly RelaySystem _system;
        private readonly SubscribedEndpoint _other;
        private readonly string _healthyId;
        private readonly string _otherId;
        private readonly Dictionary<long, long> _publishedAt = [];
        private LatencyHistogram _current = new();

        private Delay(RelaySystem system, SubscribedEndpoint healthy, SubscribedEndpoint other, string healthyId, string otherId, Ledger ledger)
        {
            (_system, _other, _healthyId, _otherId, Ledger) = (system, other, healthyId, otherId, ledger);
            healthy.Seen = (sequence, at) =>
            {
                lock (_publishedAt)
                {
                    if (_publishedAt.Remove(sequence, out var published))
                    {
                        _current.Record(Stopwatch.GetElapsedTime(published, at));
                    }
                }
            };
        }

        public Ledger Ledger { get; }

        public LatencyHistogram Answering { get; } = new();

        public LatencyHistogram Hanging { get; } = new();

        public static async Task<Delay> CreateAsync(RelaySystem system, FastSubscriber subscriber)
        {
            var ledger = new Ledger("delay");
            var (healthy, other) = (subscriber.Add(ledger.Expect("healthy endpoint")), subscriber.Add(ledger.Expect("other endpoint")));
            return new Delay(system, healthy, other, await system.SubscribeAsync(healthy.Url, Event), await system.SubscribeAsync(other.Url, Event), ledger);
        }

        public async Task MeasureAsync(bool hanging, TimeSpan duration)
        {
            _current = hanging ? Hanging : Answering;
            _other.Hangs = hanging;
            var publishing = new List<Task>();
            using var timer = new PeriodicTimer(Tick);
            for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < duration; await timer.WaitForNextTickAsync())
            {
                for (; publishing.Count < Stopwatch.GetElapsedTime(start).TotalSeconds * DelayRate;)
                {
                    publishing.Add(_system.PublishAsync(Ledger, Event, Published));
                }
            }

            await Task.WhenAll(publishing);
            await NothingPendingAsync(_healthyId);
            _other.Hangs = false;
            await _system.ResumeAsync(_otherId);
            await NothingPendingAsync(_otherId);
        }

        public async Task EnterRowsAsync()
        {
            var (once, _, all) = await _system.CountAsync(_healthyId);
            Ledger.Enter("rows of the healthy endpoint", all);
            Ledger.Enter("delivered at once to the healthy endpoint", once);
            Ledger.Enter("delivered to the other endpoint", (await _system.CountAsync(_otherId)).Successful);
        }

        private async Task NothingPendingAsync(string id)
        {
            for (var start = Stopwatch.GetTimestamp(); await _system.PendingAsync(id) > 0 && Stopwatch.GetElapsedTime(start) < TimeSpan.FromMinutes(2);)
            {
                await Task.Delay(100);
            }
        }

        private void Published(long sequence)
        {
            lock (_publishedAt)
            {
                _publishedAt[sequence] = Stopwatch.GetTimestamp();
            }
        }
    }
}
