using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Figures;

namespace PilotHooks.ServiceDefaults.Tests.Figures;

public sealed class FigureCollectorTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Meter _meter;
    private readonly FigureCollector _collector;

    public FigureCollectorTests()
    {
        _meter = _services.GetRequiredService<IMeterFactory>().Create("PilotHooks.Tests");
        _collector = new FigureCollector(_services.GetRequiredService<IMeterFactory>());
    }

    public void Dispose()
    {
        _collector.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void Counts_are_added_up_by_their_tag_and_begin_anew_with_each_report()
    {
        var accepted = _meter.CreateCounter<long>("pilothooks.ingress.accepted");
        accepted.Add(1, new("source", "whatsapp"), new("kind", "CallChanged"));
        accepted.Add(2, new("source", "platform"), new("kind", "CallChanged"));
        accepted.Add(5, new("kind", "NumberChanged"), new("source", "whatsapp"));

        Collect().Sums.OrderBy(sum => sum.Key).ShouldBe([new("pilothooks.ingress.accepted:CallChanged", 3), new("pilothooks.ingress.accepted:NumberChanged", 5)]);
        Collect().Sums.ShouldBeEmpty();
    }

    [Fact]
    public void Counts_without_a_tag_of_interest_are_one_sum()
    {
        var duplicates = _meter.CreateCounter<long>("pilothooks.ingress.duplicates");
        duplicates.Add(1, new KeyValuePair<string, object?>("source", "whatsapp"));
        duplicates.Add(1, new KeyValuePair<string, object?>("source", "platform"));

        Collect().Sums.ShouldHaveSingleItem().ShouldBe(new("pilothooks.ingress.duplicates", 2));
    }

    [Fact]
    public void Sizes_of_batches_are_added_up()
    {
        var sizes = _meter.CreateHistogram<int>("pilothooks.merge.batch.size");
        sizes.Record(7, new KeyValuePair<string, object?>("kind", "CallChanged"));
        sizes.Record(8, new KeyValuePair<string, object?>("kind", "CallChanged"));

        Collect().Sums["pilothooks.merge.batch.size:CallChanged"].ShouldBe(15);
    }

    [Fact]
    public void Durations_are_counted_in_buckets_with_their_exact_maximum()
    {
        var durations = _meter.CreateHistogram<double>("pilothooks.ingress.ack.duration");
        foreach (var seconds in new[] { 0.001, 0.003, 0.002 })
        {
            durations.Record(seconds, new KeyValuePair<string, object?>("source", "whatsapp"));
        }

        var distribution = Collect().Distributions["pilothooks.ingress.ack.duration"];
        distribution.Max.ShouldBe(0.003);
        distribution.Buckets.Values.Sum().ShouldBe(3);
        distribution.Buckets.Keys.Order().ShouldBe([FigureBuckets.Of(0.001), FigureBuckets.Of(0.002), FigureBuckets.Of(0.003)]);
        Collect().Distributions.ShouldBeEmpty();
    }

    [Fact]
    public void Gauges_are_read_when_the_report_is_made_and_are_left_out_when_they_say_nothing()
    {
        var depth = new List<Measurement<long>> { new(4) };
        _meter.CreateObservableGauge("pilothooks.ingress.spool.depth", () => depth);

        Collect().Gauges["pilothooks.ingress.spool.depth"].ShouldBe(4);
        depth.Clear();
        Collect().Gauges.ShouldBeEmpty();
    }

    [Fact]
    public void Other_instruments_and_those_of_other_hosts_are_not_listened_to()
    {
        using var others = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var other = others.GetRequiredService<IMeterFactory>().Create("PilotHooks.Tests").CreateCounter<long>("pilothooks.ingress.duplicates");
        var unlisted = _meter.CreateCounter<long>("pilothooks.tests.unlisted");

        other.Enabled.ShouldBeFalse();
        unlisted.Enabled.ShouldBeFalse();
    }

    [Fact]
    public void Tag_with_ever_new_values_does_not_grow_the_report()
    {
        var outcomes = _meter.CreateCounter<long>("pilothooks.relay.attempts");
        for (var i = 0; i < 1000; i++)
        {
            outcomes.Add(1, new KeyValuePair<string, object?>("outcome", $"outcome {i}"));
        }

        var sums = Collect().Sums;
        sums.Count.ShouldBeLessThanOrEqualTo(32);
        sums.Values.Sum().ShouldBe(1000);
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        var accepted = _meter.CreateCounter<long>("pilothooks.ingress.accepted");
        var durations = _meter.CreateHistogram<double>("pilothooks.ingress.ack.duration");
        Record(1000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Record(10_000);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Record(int times)
        {
            for (var i = 0; i < times; i++)
            {
                accepted.Add(1, new KeyValuePair<string, object?>("source", "whatsapp"), new KeyValuePair<string, object?>("kind", "MessageReceived"));
                durations.Record(i / 1000.0, new KeyValuePair<string, object?>("source", "whatsapp"));
            }
        }
    }

    [Fact]
    public async Task Nothing_is_lost_or_counted_twice_when_reports_are_made_meanwhile()
    {
        const int Each = 100_000;
        var accepted = _meter.CreateCounter<long>("pilothooks.ingress.accepted");
        var durations = _meter.CreateHistogram<double>("pilothooks.ingress.ack.duration");
        var recording = Task.WhenAll(Enumerable.Range(0, 3).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                accepted.Add(1, new KeyValuePair<string, object?>("kind", $"kind {thread}"));
                durations.Record(0.001 * i);
            }
        })));

        var (sum, count) = (0L, 0L);
        do
        {
            Add(Collect());
        }
        while (!recording.IsCompleted);
        await recording;
        Add(Collect());

        (sum, count).ShouldBe((3 * Each, 3 * Each));

        void Add(FigureReport report)
        {
            sum += report.Sums.Values.Sum();
            count += report.Distributions.Values.Sum(distribution => distribution.Buckets.Values.Sum());
        }
    }

    private FigureReport Collect() => _collector.Collect("tests", "1", DateTimeOffset.UnixEpoch);
}
