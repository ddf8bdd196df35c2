using PilotHooks.Simulator.Delivery;

namespace PilotHooks.Simulator.Tests.Delivery;

public sealed class DisturbanceTests
{
    private const int Many = 100_000;

    [Fact]
    public void Duplicates_holds_and_retries_come_at_their_rates()
    {
        var options = new SimulatorOptions { Duplicates = 0.2, Shuffle = 0.1, Retries = 0.05 };
        var chance = new Random(1);

        var all = Enumerable.Range(0, Many).Select(_ => Disturbance.Decide(chance, options)).ToList();

        Share(one => one.Copies.Contains(TimeSpan.Zero)).ShouldBe(0.2, 0.01);
        Share(one => one.Hold > TimeSpan.Zero).ShouldBe(0.1, 0.01);
        Share(one => one.Copies.Any(copy => copy > TimeSpan.Zero)).ShouldBe(0.05, 0.01);

        double Share(Func<Disturbance, bool> which) => all.Count(which) / (double)Many;
    }

    [Fact]
    public void At_rate_nought_nothing_is_disturbed_and_at_rate_one_everything()
    {
        var chance = new Random(1);

        Enumerable.Range(0, 1000).Select(_ => Disturbance.Decide(chance, new SimulatorOptions { Duplicates = 0, Shuffle = 0, Retries = 0 }))
            .ShouldAllBe(one => one.Hold == TimeSpan.Zero && one.Copies.Count == 0);
        Enumerable.Range(0, 1000).Select(_ => Disturbance.Decide(chance, new SimulatorOptions { Duplicates = 1, Shuffle = 1, Retries = 1 }))
            .ShouldAllBe(one => one.Hold > TimeSpan.Zero && one.Copies.Count == 2);
    }
}
