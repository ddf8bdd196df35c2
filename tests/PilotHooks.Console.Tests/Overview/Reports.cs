using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Figures;

namespace PilotHooks.Console.Tests.Overview;

/// <summary>Reports as services send them.</summary>
internal static class Reports
{
    public static FigureReport Of(
        string service, DateTimeOffset at, IReadOnlyDictionary<string, long>? sums = null, IReadOnlyDictionary<string, double[]>? values = null, IReadOnlyDictionary<string, double>? gauges = null, string replica = "1")
        => new(
            service, replica, at, sums ?? new Dictionary<string, long>(),
            (values ?? new Dictionary<string, double[]>()).ToDictionary(measured => measured.Key, measured => Measure(measured.Value)),
            gauges ?? new Dictionary<string, double>());

    private static FigureDistribution Measure(double[] values)
        => new(values.Max(), values.GroupBy(FigureBuckets.Of).ToDictionary(same => same.Key, same => (long)same.Count()));
}
