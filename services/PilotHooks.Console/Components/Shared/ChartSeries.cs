namespace PilotHooks.Console.Components.Shared;

/// <summary>One line or layer of a chart: a value for each of the chart's moments.</summary>
/// <param name="Name">As the legend and the table call it.</param>
/// <param name="Values">Of a line, <see cref="double.NaN"/> is a gap.</param>
/// <param name="Kind">Its colour by meaning; without one it gets the next colour of the palette.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<double> Values, BadgeKind? Kind = null);
