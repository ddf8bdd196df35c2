using PilotHooks.Console.Components.Shared;

namespace PilotHooks.Console.Components.Events;

/// <summary>
/// The time axis of an event's way, from 0 to 100. Most of it happens within milliseconds, and a late retry hours after:
/// so the axis is linear up to the first long pause, and behind that logarithmic.
/// </summary>
internal sealed class JourneyScale
{
    /// <summary>How many times as long as all before it a pause must be for the axis to break there.</summary>
    private const double PauseFactor = 8;
    private const double ShortestPauseMs = 1000;
    private const double SmallestEndMs = 10;

    // With a break the linear part ends at the first, and the logarithmic one begins at the second.
    private const double LinearWidth = 58;
    private const double LateFrom = 66;
    private const double TickDistance = 9;

    private static readonly double[] LateTicks =
    [
        .. new[] { 1d, 2, 5, 10, 20, 30 }.Select(seconds => seconds * 1000),
        .. new[] { 1d, 2, 5, 10, 20, 30 }.Select(minutes => minutes * 60_000),
        .. new[] { 1d, 2, 4, 8, 12 }.Select(hours => hours * 3_600_000),
        .. new[] { 1d, 2, 4, 7, 14, 30 }.Select(days => days * 86_400_000),
    ];

    private readonly double _linearEnd;
    private readonly (double From, double To)? _late;

    private JourneyScale(double linearEnd, (double From, double To)? late)
    {
        _linearEnd = linearEnd;
        _late = late;
    }

    /// <summary>Whether there is a break, drawn between the two parts.</summary>
    public double? Break => _late is null ? null : (LinearWidth + LateFrom) / 2;

    /// <summary>Where the axis has its marks.</summary>
    public IReadOnlyList<(double X, string Text)> Ticks => [.. LinearTicks(), .. _late is { } late ? TicksOf(late) : []];

    /// <summary>For bars from start to end, in milliseconds since the event was received.</summary>
    public static JourneyScale Of(IEnumerable<(double Start, double End)> bars)
    {
        var sorted = bars.OrderBy(bar => bar.Start).ToList();
        var end = SmallestEndMs;
        for (var index = 0; index < sorted.Count; index++)
        {
            if (sorted[index].Start >= ShortestPauseMs && sorted[index].Start >= end * PauseFactor)
            {
                return new JourneyScale(ChartScale.Top(end), (sorted[index].Start / 1.15, sorted.Skip(index).Max(bar => bar.End) * 1.15));
            }

            end = Math.Max(end, sorted[index].End);
        }

        return new JourneyScale(ChartScale.Top(end), late: null);
    }

    /// <summary>Where a moment lies; a clock that ran behind the ingress's counts as none.</summary>
    public double X(double milliseconds)
    {
        if (_late is not { } late)
        {
            return Share(milliseconds, 0, _linearEnd) * 100;
        }

        return milliseconds < late.From
            ? Share(milliseconds, 0, _linearEnd) * LinearWidth
            : LateFrom + Share(Math.Log(milliseconds), Math.Log(late.From), Math.Log(late.To)) * (100 - LateFrom);
    }

    private static double Share(double value, double from, double to) => Math.Clamp((value - from) / (to - from), 0, 1);

    private IEnumerable<(double X, string Text)> LinearTicks()
        => (_late is null ? new[] { 0, 0.25, 0.5, 0.75, 1 } : [0, 0.5, 1]).Select(share => (X(share * _linearEnd), share == 0 ? "0" : Durations.Text(share * _linearEnd)));

    private IEnumerable<(double X, string Text)> TicksOf((double From, double To) late)
    {
        var before = double.MinValue;
        foreach (var tick in LateTicks.Where(tick => tick >= late.From && tick <= late.To))
        {
            var x = X(tick);
            if (x - before >= TickDistance && x <= 100 - (TickDistance / 3))
            {
                yield return (x, Durations.Text(tick));
                before = x;
            }
        }
    }
}
