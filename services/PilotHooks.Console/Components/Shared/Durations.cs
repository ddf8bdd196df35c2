using System.Globalization;

namespace PilotHooks.Console.Components.Shared;

/// <summary>Lengths of time as people read them, with the two largest units that matter.</summary>
internal static class Durations
{
    public static string Text(double milliseconds)
    {
        var span = TimeSpan.FromSeconds(milliseconds < 59_950 ? milliseconds / 1000 : Math.Round(milliseconds / 1000));
        return milliseconds switch
        {
            < 9.95 => $"{Number(milliseconds, "0.#")} ms",
            < 999.5 => $"{Number(milliseconds, "0")} ms",
            < 59_950 => $"{Number(span.TotalSeconds, "0.##")} s",
            _ when span < TimeSpan.FromHours(1) => Two(span.Minutes, "min", span.Seconds, "s"),
            _ when span < TimeSpan.FromDays(1) => Two(span.Hours, "h", span.Minutes, "min"),
            _ => Two((int)span.TotalDays, "d", span.Hours, "h"),
        };
    }

    public static string Text(TimeSpan span) => Text(span.TotalMilliseconds);

    private static string Two(int large, string largeUnit, int small, string smallUnit)
        => small == 0 ? $"{large} {largeUnit}" : $"{large} {largeUnit} {small} {smallUnit}";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.CurrentCulture);
}
