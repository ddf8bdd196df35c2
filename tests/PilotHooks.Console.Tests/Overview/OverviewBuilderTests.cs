using PilotHooks.Console.Overview;
using PilotHooks.Contracts;

namespace PilotHooks.Console.Tests.Overview;

public sealed class OverviewBuilderTests
{
    private static readonly TimeSpan Resolution = TimeSpan.FromSeconds(10);
    private static readonly DateTimeOffset Now = new(2026, 2, 24, 15, 0, 3, TimeSpan.Zero);
    private static readonly DateTimeOffset Last = new(2026, 2, 24, 15, 0, 0, TimeSpan.Zero);
    private static readonly SystemState Nothing = new(null, null, null);

    [Fact]
    public void Overview_has_the_points_of_an_hour_that_have_ended()
    {
        var overview = Build([]);

        (overview.From, overview.Until, overview.ResolutionSeconds).ShouldBe((Last.AddHours(-1), Last, 10));
        overview.Duplicates.PerSecond.Count.ShouldBe(360);
        overview.Events.Keys.ShouldBe(Queues.ByEvent.Keys.Select(kind => kind.Name), ignoreOrder: true);
        overview.Queues.Count.ShouldBe(10);
        overview.Services.ShouldBeEmpty();
    }

    [Fact]
    public void Point_whose_reports_may_still_come_is_not_shown()
        => Build([], Last.AddSeconds(1)).Until.ShouldBe(Last.AddSeconds(-10));

    [Fact]
    public void Report_belongs_to_the_point_that_it_ends_in()
    {
        var overview = Build([Accepted(Last, 1), Accepted(Last.AddSeconds(-5), 2), Accepted(Last.AddSeconds(-10), 40), Accepted(Last.AddSeconds(5), 800)]);

        overview.Events["CallChanged"].Total.ShouldBe(43);
        overview.Events["CallChanged"].PerSecond.TakeLast(3).ShouldBe([null, 4, 0.3]);
        overview.Events["NumberChanged"].PerSecond.TakeLast(3).ShouldBe([null, 0, 0]);
    }

    [Fact]
    public void Replicas_are_added_up_and_a_report_that_comes_twice_counts_once()
    {
        FigureReport[] reports =
        [
            Reports.Of("ingress", Last, new Dictionary<string, long> { ["pilothooks.ingress.duplicates"] = 3 }, new Dictionary<string, double[]> { ["pilothooks.ingress.ack.duration"] = [0.001, 0.001, 0.001] }, new Dictionary<string, double> { ["pilothooks.ingress.spool.depth"] = 7 }),
            Reports.Of("ingress", Last, new Dictionary<string, long> { ["pilothooks.ingress.duplicates"] = 4 }, new Dictionary<string, double[]> { ["pilothooks.ingress.ack.duration"] = [1] }, new Dictionary<string, double> { ["pilothooks.ingress.spool.depth"] = 8 }, replica: "2"),
        ];

        var overview = Build([.. reports, .. reports.Reverse()]);

        overview.Duplicates.Total.ShouldBe(7);
        // Of one spool.
        overview.Spool.Depth.Now.ShouldBe(8);
        overview.Acknowledgement.Count.ShouldBe(4);
        overview.Acknowledgement.P50!.Value.ShouldBeInRange(0.9, 1.1);
        overview.Acknowledgement.P99!.Value.ShouldBeInRange(900, 1000);
        overview.Acknowledgement.Max.ShouldBe(1000);
        overview.Acknowledgement.Points.P99[^1].ShouldBe(overview.Acknowledgement.P99);
        overview.Services.ShouldBe([new ServiceModel("ingress", 2, Last)]);
    }

    [Fact]
    public void Order_of_reports_does_not_matter()
    {
        var random = new Random(1);
        FigureReport[] reports = [.. Enumerable.Range(0, 200).Select(i => Reports.Of(
            "relay", Last.AddSeconds(-5 * random.Next(700)), new Dictionary<string, long> { ["pilothooks.relay.attempts:success"] = i },
            new Dictionary<string, double[]> { ["pilothooks.relay.latency"] = [random.NextDouble()] }, replica: $"{i}"))];
        var expected = Build(reports);

        random.Shuffle(reports);
        var shuffled = Build(reports);

        shuffled.Deliveries.Attempts["success"].PerSecond.ShouldBe(expected.Deliveries.Attempts["success"].PerSecond);
        shuffled.Deliveries.Latency.Points.P95.ShouldBe(expected.Deliveries.Latency.Points.P95);
        shuffled.Deliveries.Latency.P99.ShouldBe(expected.Deliveries.Latency.P99);
    }

    [Fact]
    public void Merges_are_counted_by_service_and_deliveries_by_outcome()
    {
        var overview = Build([
            Reports.Of("messaging", Last, new Dictionary<string, long> { ["pilothooks.merge.batch.size:MessageReceived"] = 3, ["pilothooks.merge.batch.size:FormSubmitted"] = 4 }),
            Reports.Of("relay", Last, new Dictionary<string, long>
            {
                ["pilothooks.relay.events.archived"] = 7, ["pilothooks.merge.batch.size:Outcome"] = 100,
                ["pilothooks.relay.deliveries.ended:failed"] = 1, ["pilothooks.relay.attempts:5xx"] = 2,
            })]);

        overview.Merges.ToDictionary(merged => merged.Key, merged => merged.Value.Total).ShouldBe(
            new Dictionary<string, long> { ["messaging"] = 7, ["numbers"] = 0, ["calls"] = 0, ["relay"] = 7 }, ignoreOrder: true);
        overview.Deliveries.Ended.ToDictionary(ended => ended.Key, ended => ended.Value.Total).ShouldBe(
            new Dictionary<string, long> { ["successful"] = 0, ["failed"] = 1 }, ignoreOrder: true);
        overview.Deliveries.Attempts.ToDictionary(attempts => attempts.Key, attempts => attempts.Value.Total).ShouldBe(
            new Dictionary<string, long> { ["success"] = 0, ["5xx"] = 2 }, ignoreOrder: true);
    }

    [Fact]
    public void Queue_shows_its_depth_and_how_late_its_consumer_is()
    {
        var overview = Build([
            Reports.Of("console", Last.AddSeconds(-10), gauges: new Dictionary<string, double> { ["pilothooks.queue.depth:calls-changes"] = 0, ["pilothooks.queue.consumers:calls-changes"] = 1 }),
            Reports.Of("calls", Last.AddSeconds(-10), values: new Dictionary<string, double[]> { ["pilothooks.queue.age:calls-changes"] = [0.01, 2.5] }),
            Reports.Of("console", Last, gauges: new Dictionary<string, double> { ["pilothooks.queue.depth:calls-changes"] = 12, ["pilothooks.queue.consumers:calls-changes"] = 0 })]);

        var queue = overview.Queues.Single(queue => queue.Queue == Queues.CallsChanges);
        (queue.Service, queue.Consumers, queue.Depth.Now, queue.AgeSeconds.Now).ShouldBe(("calls", 0, 12, 10));
        queue.AgeSeconds.Points.TakeLast(3).ShouldBe([null, 2.5, 10]);
        overview.Queues.Single(queue => queue.Queue == Queues.RelayArchive).Depth.Now.ShouldBeNull();
    }

    [Fact]
    public void Fewer_points_are_longer_ones_and_tell_the_same()
    {
        var window = new OverviewWindow(Resolution);
        foreach (var report in new[]
        {
            Accepted(Last, 6), Accepted(Last.AddSeconds(-50), 24), Accepted(Last.AddSeconds(-60), 40),
            Reports.Of("relay", Last, values: new Dictionary<string, double[]> { ["pilothooks.relay.latency"] = [0.1] }),
            Reports.Of("relay", Last.AddSeconds(-20), values: new Dictionary<string, double[]> { ["pilothooks.relay.latency"] = [2, 2, 2] }),
            Reports.Of("ingress", Last.AddSeconds(-20), gauges: new Dictionary<string, double> { ["pilothooks.ingress.spool.depth"] = 9 }),
            Reports.Of("ingress", Last, gauges: new Dictionary<string, double> { ["pilothooks.ingress.spool.depth"] = 1 }, replica: "2"),
        })
        {
            window.Add(report);
        }

        var overview = OverviewBuilder.Build(window, Nothing, Resolution, Now, perPoint: 6);

        (overview.From, overview.Until, overview.ResolutionSeconds).ShouldBe((Last.AddHours(-1), Last, 60));
        overview.Events["CallChanged"].Total.ShouldBe(70);
        // Three reports of ten seconds each; in the minute before, one.
        overview.Events["CallChanged"].PerSecond.TakeLast(3).ShouldBe([null, 4, 1]);
        overview.Deliveries.Latency.Points.P50.Count.ShouldBe(60);
        overview.Deliveries.Latency.Points.P50[^1]!.Value.ShouldBeInRange(1800, 2000);
        (overview.Spool.Depth.Now, overview.Spool.Depth.Points[^1]).ShouldBe((1, 9));
        OverviewBuilder.Build(window, Nothing, Resolution, Now, perPoint: 7).Duplicates.PerSecond.Count.ShouldBe(51);
    }

    [Fact]
    public void What_is_older_than_the_hour_is_forgotten()
    {
        var window = new OverviewWindow(Resolution);
        window.Add(Accepted(Last.AddHours(-1), 1));
        window.Add(Accepted(Last, 2));

        window.Forget(Last.AddMinutes(-1));

        OverviewBuilder.Build(window, Nothing, Resolution, Now.AddMinutes(-2)).Events["CallChanged"].Total.ShouldBe(0);
        OverviewBuilder.Build(window, Nothing, Resolution, Now).Events["CallChanged"].Total.ShouldBe(2);
    }

    private static FigureReport Accepted(DateTimeOffset at, long count) => Reports.Of("ingress", at, new Dictionary<string, long> { ["pilothooks.ingress.accepted:CallChanged"] = count });

    private static OverviewModel Build(IEnumerable<FigureReport> reports, DateTimeOffset? now = null)
    {
        var window = new OverviewWindow(Resolution);
        foreach (var report in reports)
        {
            window.Add(report);
        }

        return OverviewBuilder.Build(window, Nothing, Resolution, now ?? Now);
    }
}
