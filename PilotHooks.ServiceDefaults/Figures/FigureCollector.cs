using System.Diagnostics.Metrics;
using PilotHooks.Contracts;

namespace PilotHooks.ServiceDefaults.Figures;

/// <summary>
/// Listens to the instruments of <see cref="FigureInstruments"/> that this service makes, and sums up what they measure.
/// </summary>
internal sealed class FigureCollector : IDisposable
{
    private readonly Dictionary<string, FigureTally> _tallies = FigureInstruments.ByName.Values.ToDictionary(instrument => instrument.Name, instrument => new FigureTally(instrument));
    private readonly MeterListener _listener = new();

    /// <summary>From now on. Instruments of other hosts in this process have meters of other factories.</summary>
    public FigureCollector(IMeterFactory meters)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters) && _tallies.TryGetValue(instrument.Name, out var tally))
            {
                listener.EnableMeasurementEvents(instrument, tally);
            }
        };
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, tally) => Record(value, tags, tally));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, tally) => Record(value, tags, tally));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, tally) => Record(value, tags, tally));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>What was measured since the last call.</summary>
    public FigureReport Collect(string service, string replica, DateTimeOffset at)
    {
        _listener.RecordObservableInstruments();
        var (sums, distributions, gauges) = (new Dictionary<string, long>(), new Dictionary<string, FigureDistribution>(), new Dictionary<string, double>());
        foreach (var tally in _tallies.Values)
        {
            tally.MoveTo(sums, distributions, gauges);
        }

        return new FigureReport(service, replica, at, sums, distributions, gauges);
    }

    private static void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? tally) => ((FigureTally)tally!).Record(value, tags);
}
