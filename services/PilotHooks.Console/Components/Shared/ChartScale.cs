using System.Globalization;

namespace PilotHooks.Console.Components.Shared;

/// <summary>The geometry of the charts, on a plot of 100 x 100 that the browser stretches.</summary>
internal static class ChartScale
{
    private static readonly double[] Steps = [1, 1.2, 1.6, 2, 4, 6, 8, 10];

    /// <summary>The next round number: the top of the axis, whose half is marked too.</summary>
    public static double Top(double largest)
    {
        if (!(largest > 0))
        {
            return 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(largest)));
        // A count of a few has no marks between whole numbers.
        return Steps.First(step => largest <= step * power && (power >= 10 || step == Math.Floor(step))) * power;
    }

    /// <summary>As SVG writes it, whatever the viewer's language.</summary>
    public static string Svg(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);

    /// <summary>The points of a line through the values, left to right.</summary>
    public static string Line(IReadOnlyList<double> values, double top)
        => string.Join(' ', values.Select((value, index) => $"{Svg(X(index, values.Count))},{Svg(Y(value, top))}"));

    /// <summary>The points of the lines through the values that are next to each other; a value that is no number is a gap.</summary>
    public static IReadOnlyList<string> Lines(IReadOnlyList<double> values, double top)
    {
        var lines = new List<string>();
        var points = new List<string>();
        for (var index = 0; index <= values.Count; index++)
        {
            if (index < values.Count && !double.IsNaN(values[index]))
            {
                points.Add($"{Svg(X(index, values.Count))},{Svg(Y(values[index], top))}");
            }
            else if (points.Count > 0)
            {
                // A point alone is drawn as a line to itself: a dot.
                lines.Add(string.Join(' ', points.Count == 1 ? [points[0], points[0]] : points));
                points.Clear();
            }
        }

        return lines;
    }

    public static double X(int index, int count) => count < 2 ? 50 : 100d * index / (count - 1);

    public static double Y(double value, double top) => 100 - Math.Clamp(value / top, 0, 1) * 100;

    /// <summary>Which of so many labels fit below a chart: the first, the last, and some between.</summary>
    public static IEnumerable<int> Labels(int count, int wanted = 5)
    {
        var shown = Math.Min(count, wanted);
        return Enumerable.Range(0, shown).Select(label => shown == 1 ? 0 : (int)Math.Round((double)label * (count - 1) / (shown - 1))).Distinct();
    }
}
