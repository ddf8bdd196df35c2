namespace PilotHooks.Contracts;

/// <summary>
/// What one replica of a service counted since its last report, a few seconds ago; sent to
/// <see cref="Queues.ConsoleFigures"/> as JSON. Reports are sums and buckets, so any number of them, of any replicas,
/// merge into one by adding up. Figures are named by their instrument, and where it is counted by a tag, by instrument
/// and value: <c>pilothooks.ingress.accepted:CallChanged</c>. What did not happen is left out.
/// </summary>
/// <param name="Service">Such as <c>ingress</c>.</param>
/// <param name="Replica">Tells the replicas of a service apart.</param>
/// <param name="At">When it was taken: the end of what it covers.</param>
/// <param name="Sums">Counted since the last report.</param>
/// <param name="Distributions">Measured since the last report.</param>
/// <param name="Gauges">As they stood at <paramref name="At"/>.</param>
public sealed record FigureReport(
    string Service,
    string Replica,
    DateTimeOffset At,
    IReadOnlyDictionary<string, long> Sums,
    IReadOnlyDictionary<string, FigureDistribution> Distributions,
    IReadOnlyDictionary<string, double> Gauges);

/// <summary>Measured values, by buckets whose bounds are the same everywhere.</summary>
/// <param name="Max">The largest value, exactly.</param>
/// <param name="Buckets">How many values fell into each bucket, by its number; empty ones are left out.</param>
public sealed record FigureDistribution(double Max, IReadOnlyDictionary<int, long> Buckets);
