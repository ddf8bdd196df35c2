using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Figures;

namespace PilotHooks.ServiceDefaults.Tests.Figures;

public sealed class FigureBucketsTests
{
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(0.00006)]
    public void Value_below_the_lowest_bound_is_in_the_first_bucket(double value) => FigureBuckets.Of(value).ShouldBe(0);

    [Theory]
    [InlineData(16777216)]
    [InlineData(1e300)]
    [InlineData(double.PositiveInfinity)]
    public void Value_above_the_highest_bound_is_in_the_last_bucket(double value) => FigureBuckets.Of(value).ShouldBe(FigureBuckets.Count - 1);

    [Fact]
    public void Value_lies_within_the_bounds_of_its_bucket_and_they_are_an_eighth_apart()
    {
        for (var value = 0.0001; value < 10_000_000; value *= 1.01)
        {
            var bucket = FigureBuckets.Of(value);
            var (from, to) = (FigureBuckets.LowerBound(bucket), FigureBuckets.LowerBound(bucket + 1));
            value.ShouldBeInRange(from, to);
            (to / from).ShouldBeLessThanOrEqualTo(1.125);
            FigureBuckets.Of(from).ShouldBe(bucket);
            FigureBuckets.Of(to).ShouldBe(bucket + 1);
        }
    }

    [Theory]
    [InlineData(new double[] { 0.2 }, 0.5, 0.2)]
    [InlineData(new double[] { 0.2 }, 0.99, 0.2)]
    [InlineData(new double[] { 0.001, 0.001, 0.001, 10 }, 0.5, 0.001)]
    [InlineData(new double[] { 0.001, 0.001, 0.001, 10 }, 0.99, 10)]
    [InlineData(new double[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, 0.5, 5)]
    [InlineData(new double[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, 0.95, 10)]
    [InlineData(new double[] { 0, 0, 0 }, 0.95, 0)]
    [InlineData(new double[] { 2_600_000 }, 0.5, 2_600_000)]
    public void Percentile_is_off_by_an_eighth_at_most(double[] values, double share, double expected)
        => Measure(values).Percentile(share)!.Value.ShouldBeInRange(expected * 7 / 8, expected * 9 / 8);

    [Fact]
    public void Percentile_of_nothing_is_null() => Measure().Percentile(0.5).ShouldBeNull();

    [Fact]
    public void Percentile_never_exceeds_the_largest_value()
    {
        var random = new Random(1);
        for (var round = 0; round < 100; round++)
        {
            double[] values = [.. Enumerable.Range(0, random.Next(1, 200)).Select(_ => Math.Exp(random.NextDouble() * 20 - 10))];
            var percentiles = new[] { 0.1, 0.5, 0.95, 0.99, 1 }.Select(share => Measure(values).Percentile(share)!.Value).ToArray();
            percentiles.ShouldBeInOrder();
            percentiles.ShouldAllBe(percentile => percentile <= values.Max());
            percentiles[^1].ShouldBe(values.Max());
        }
    }

    [Fact]
    public void Merged_distributions_are_the_distribution_of_all_their_values()
    {
        double[] first = [0.001, 0.02, 0.3];
        double[] second = [0.02, 4, 50];

        var merged = FigureBuckets.Merge([Measure(first), Measure(), Measure(second)]);

        var all = Measure([.. first, .. second]);
        merged.Max.ShouldBe(all.Max);
        merged.Buckets.OrderBy(bucket => bucket.Key).ShouldBe(all.Buckets.OrderBy(bucket => bucket.Key));
    }

    private static FigureDistribution Measure(params double[] values)
        => new(values.DefaultIfEmpty().Max(), values.GroupBy(FigureBuckets.Of).ToDictionary(same => same.Key, same => (long)same.Count()));
}
