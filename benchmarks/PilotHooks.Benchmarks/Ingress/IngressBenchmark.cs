using System.Globalization;
using System.Text;
using PilotHooks.Benchmarks.Load;
using PilotHooks.Benchmarks.Processes;
using PilotHooks.Contracts;
using RabbitMQ.Client;

namespace PilotHooks.Benchmarks.Ingress;

/// <summary>
/// Accepted events per second, and the latency of the acknowledgement at half load, of the ingress and of the floors
/// under it, interleaved on the same servers. Consumers drain every queue all the time.
/// </summary>
internal static class IngressBenchmark
{
    private const string Floor = "floor, one queue";
    private const string FloorProject = "PilotHooks.Benchmarks.Floor";

    private static readonly IReadOnlyDictionary<string, string> ProductQueues = new Dictionary<string, string>
    {
        [Queues.MessagingStatuses] = "consumer's queue",
        [Queues.MessagingInbound] = "consumer's queue",
        [Queues.RelayArchive] = "archive queue",
    };

    private static readonly TargetKind[] Kinds =
    [
        new(Floor, FloorProject, Queue("floor-one-events"), Mode("one-queue")),
        new("floor, two queues", FloorProject, Queue("floor-two-events").Concat(Queue("floor-two-archive")).ToDictionary(), Mode("two-queues")),
        new("MassTransit, plain publish", FloorProject, ProductQueues, Mode("masstransit")),
        Product("PilotHooks ingress", []),
    ];

    public static Task<int> RunAsync(Options options)
        => RunAsync(options, "the floor", [.. Kinds.Where(kind => options.Only.Count == 0 || options.Only.Any(only => kind.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))]);

    /// <summary>The ingress itself, with this in its environment.</summary>
    public static TargetKind Product(string name, Dictionary<string, string> environment)
        => new(name, "PilotHooks.Ingress", ProductQueues, new Dictionary<string, string>(environment)
        {
            ["Sources__whatsapp__Authentication"] = "none",
            ["Sources__platform__Secrets"] = "whsec_of_a_source_that_stays_silent",
        });

    /// <summary>Measures them beside each other; the others are told as shares of the first, which has this name in the tables.</summary>
    public static async Task<int> RunAsync(Options options, string first, IReadOnlyList<TargetKind> kinds)
    {
        await using var broker = await LocalServer.StartBrokerAsync();
        await using var redis = await LocalServer.StartRedisAsync();
        await using var connection = await new ConnectionFactory { Uri = new Uri(broker.ConnectionString) }.CreateConnectionAsync();
        var brokerVersion = Encoding.UTF8.GetString((byte[])connection.ServerProperties!["version"]!);
        Console.WriteLine(Machine.Describe($"RabbitMQ {brokerVersion}", Machine.RedisVersion()));

        var targets = new List<Target>();
        try
        {
            foreach (var kind in kinds)
            {
                var environment = new Dictionary<string, string>(kind.Environment)
                {
                    ["ConnectionStrings__broker"] = broker.ConnectionString,
                    ["ConnectionStrings__redis"] = redis.ConnectionString,
                };
                targets.Add(new Target(kind, await TargetProcess.StartAsync(kind.Project, environment)));
            }

            var drains = await DrainAsync(connection, targets);
            var rate = await MeasureAsync(targets, options, new ServerProcesses(broker.ProcessId, redis.ProcessId));
            foreach (var drain in drains)
            {
                await drain.DisposeAsync();
            }

            return Print(targets, first, rate, options);
        }
        finally
        {
            foreach (var target in targets)
            {
                await target.DisposeAsync();
            }
        }
    }

    /// <summary>The rate of the open loop: half of what the first target, the floor, takes.</summary>
    private static async Task<double> MeasureAsync(List<Target> targets, Options options, ServerProcesses servers)
    {
        var payloads = new Payloads("/hooks/whatsapp", Ids.Fresh);
        Console.WriteLine($"{options.Connections} keep-alive connections, bodies of {payloads.AverageSize} bytes on average, {options.Rounds} rounds of {options.Duration.TotalSeconds} s, warm-up {options.WarmUp.TotalSeconds} s");
        foreach (var target in targets)
        {
            await new LoadRun(target.Process.Address, payloads, target.Ledger).AtFullSpeedAsync(options.Connections, options.WarmUp);
            await target.DrainAsync();
        }

        foreach (var round in Rounds(targets, options))
        {
            await round.MeasureAtFullSpeedAsync(payloads, options, servers);
        }

        var rate = Median(targets[0].AtFullSpeed, measurement => measurement.PerSecond) / 2;
        foreach (var round in Rounds(targets, options))
        {
            await round.MeasureAtRateAsync(rate, payloads, options);
        }

        return rate;
    }

    // Forth and back, so that no target always follows the same one.
    private static IEnumerable<Target> Rounds(List<Target> targets, Options options)
        => Enumerable.Range(0, options.Rounds).SelectMany(round => round % 2 == 0 ? targets : Enumerable.Reverse(targets));

    private static async Task<List<QueueDrain>> DrainAsync(IConnection connection, List<Target> targets)
    {
        var drains = new List<QueueDrain>();
        foreach (var queue in targets.SelectMany(target => target.Kind.Places.Keys).Distinct())
        {
            Sightings[] sightings = [.. targets.Where(target => target.Kind.Places.ContainsKey(queue)).Select(target => target.Ledger.Expect(target.Kind.Places[queue]))];
            drains.Add(await QueueDrain.StartAsync(connection, queue, sightings));
        }

        return drains;
    }

    private static int Print(List<Target> targets, string first, double rate, Options options)
    {
        var floor = targets[0];
        var speed = new Report("target", "events/s", $"of {first}", "p50", "p99", "CPU µs per event", "target's", "broker's", "Redis's", "generator's");
        foreach (var target in targets)
        {
            Measurement[] all = [.. target.AtFullSpeed];
            speed.Add(
                target.Name,
                Median(all, one => one.PerSecond),
                Median(all.Zip(floor.AtFullSpeed, (ours, its) => ours.PerSecond / its.PerSecond), ratio => ratio),
                TimeSpan.FromMilliseconds(Median(all, one => one.Latency.Percentile(0.5).TotalMilliseconds)),
                TimeSpan.FromMilliseconds(Median(all, one => one.Latency.Percentile(0.99).TotalMilliseconds)),
                Median(all, one => one.PerEvent.Total.TotalMicroseconds),
                Median(all, one => one.PerEvent.Target.TotalMicroseconds),
                Median(all, one => one.PerEvent.Broker.TotalMicroseconds),
                Median(all, one => one.PerEvent.Redis.TotalMicroseconds),
                Median(all, one => one.PerEvent.Generator.TotalMicroseconds));
        }

        var latency = new Report("target", "p50", "p99", "p99.9", $"p99 of {first}", "generator late, p99", "resident");
        foreach (var target in targets)
        {
            latency.Add(
                target.Name,
                target.AtRate.Percentile(0.5),
                target.AtRate.Percentile(0.99),
                target.AtRate.Percentile(0.999),
                target.AtRate.Percentile(0.99) / floor.AtRate.Percentile(0.99),
                target.Lag.Percentile(0.99),
                $"{target.PeakResident >> 20} MB");
        }

        Console.WriteLine($"\nThroughput: closed loop, median of {options.Rounds} rounds.\n\n{speed}");
        Console.WriteLine($"Latency of the acknowledgement from the scheduled send: open loop at {rate.ToString("#,0", CultureInfo.InvariantCulture)}/s (half of {first}), all requests of {options.Rounds} rounds.\n\n{latency}");
        return Accounts.Print(targets.Select(target => (target.Ledger, target.Process.Output())));
    }

    private static double Median<T>(IEnumerable<T> values, Func<T, double> select)
    {
        double[] sorted = [.. values.Select(select).Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static Dictionary<string, string> Queue(string name) => new() { [name] = name };

    private static Dictionary<string, string> Mode(string mode) => new() { ["FLOOR"] = mode };
}
