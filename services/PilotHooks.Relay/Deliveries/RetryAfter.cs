using System.Globalization;

namespace PilotHooks.Relay.Deliveries;

/// <summary>Reads the header <c>Retry-After</c>: seconds of any size, or a date.</summary>
internal static class RetryAfter
{
    /// <summary>Longer than any endpoint is held back.</summary>
    private const double MaxSeconds = 365 * 24 * 3600;

    /// <summary>The three forms of a date in HTTP, and ISO 8601, which some send.</summary>
    private static readonly string[] Dates =
        ["r", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>The longest time to wait that any of the header's values asks for.</summary>
    public static TimeSpan? Longest(IEnumerable<string> values, DateTimeOffset now) => values.Max(value => Parse(value, now));

    /// <summary>The time to wait; null for none, and for what is neither a number nor a date. A year stands for all that is longer.</summary>
    public static TimeSpan? Parse(string value, DateTimeOffset now)
    {
        // The framework's own parser of the header gives up at what an int does not hold.
        if (value.AsSpan().Trim() is [>= '0' and <= '9', ..] number && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
        {
            return seconds > 0 ? TimeSpan.FromSeconds(Math.Min(seconds, MaxSeconds)) : null;
        }

        return DateTimeOffset.TryParseExact(
            value, Dates, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.AssumeUniversal, out var date) && date > now
            ? date - now
            : null;
    }
}
