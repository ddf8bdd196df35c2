using System.Globalization;

namespace PilotHooks.ServiceDefaults.Bus;

/// <summary>
/// Reads a time as people and programs write it: ISO 8601 with any fraction, after a point or a comma, a blank for the
/// <c>T</c> and before the offset, an extended, basic or hour-only offset, and UTC where there is none; RFC 1123; seconds
/// since 1970 with or without a fraction, or milliseconds and finer where the number is too large for seconds.
/// </summary>
/// <remarks>
/// The framework's own parsers were not taken: the strict ones know one offset form and seven digits, and the lenient one
/// reads <c>12:00</c> as today.
/// </remarks>
internal static class TimeText
{
    /// <summary>Longer texts are no times.</summary>
    public const int MaxLength = 128;

    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    /// <summary>The moment in UTC; null for anything else.</summary>
    public static DateTimeOffset? Parse(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        if (text.Length is 0 or > MaxLength)
        {
            return null;
        }

        Span<char> pointed = stackalloc char[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            // A comma behind a digit begins a fraction; one behind a letter ends a day's name.
            pointed[i] = text[i] == ',' && i > 0 && char.IsAsciiDigit(text[i - 1]) ? '.' : text[i];
        }

        return ParseNumber(pointed) ?? ParseIso8601(pointed) ?? ParseRfc1123(pointed);
    }

    private static DateTimeOffset? ParseNumber(ReadOnlySpan<char> text)
    {
        const decimal firstMilliseconds = 100_000_000_000; // As seconds this is the year 5138, as milliseconds 1973.
        const decimal firstTooLarge = firstMilliseconds * 1_000_000_000;
        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || value is < 0 or >= firstTooLarge)
        {
            return null;
        }

        while (value >= firstMilliseconds)
        {
            value /= 1000;
        }

        return DateTimeOffset.UnixEpoch.AddTicks((long)(value * TimeSpan.TicksPerSecond));
    }

    private static DateTimeOffset? ParseIso8601(ReadOnlySpan<char> rest)
    {
        var year = TakeDigits(ref rest, 4);
        var separator = rest is ['-' or '/', ..] ? rest[0] : default;
        var isExtended = separator != default && Skip(ref rest, separator);
        var month = TakeDigits(ref rest, 2);
        if (isExtended && !Skip(ref rest, separator))
        {
            return null;
        }

        var day = TakeDigits(ref rest, 2);
        var clock = TimeSpan.Zero;
        if (!rest.IsEmpty && !((Skip(ref rest, 'T') || Skip(ref rest, 't') || Skip(ref rest, ' ')) && TryTakeClock(ref rest, out clock)))
        {
            return null;
        }

        return ToMoment(year, month, day, clock, rest);
    }

    private static DateTimeOffset? ParseRfc1123(ReadOnlySpan<char> rest)
    {
        rest = rest[(rest.IndexOf(',') + 1)..].TrimStart();
        var day = rest is [_, >= '0' and <= '9', ..] ? TakeDigits(ref rest, 2) : TakeDigits(ref rest, 1);
        if (rest.Length < 5 || !char.IsAsciiLetter(rest[1]))
        {
            return null;
        }

        var month = 0;
        while (month < Months.Length && !rest[1..].StartsWith(Months[month], StringComparison.OrdinalIgnoreCase))
        {
            month++;
        }

        rest = rest[5..];
        var year = TakeDigits(ref rest, 4);
        return Skip(ref rest, ' ') && TryTakeClock(ref rest, out var clock) ? ToMoment(year, month + 1, day, clock, rest) : null;
    }

    private static bool TryTakeClock(ref ReadOnlySpan<char> rest, out TimeSpan clock)
    {
        var hours = TakeDigits(ref rest, 2);
        var isExtended = Skip(ref rest, ':');
        var minutes = TakeDigits(ref rest, 2);
        var seconds = Skip(ref rest, ':') || (!isExtended && rest is [>= '0' and <= '9', ..]) ? TakeDigits(ref rest, 2) : 0;
        clock = new TimeSpan(Math.Max(hours, 0), Math.Max(minutes, 0), Math.Max(seconds, 0));
        if (hours < 0 || minutes is < 0 or > 59 || seconds is < 0 or > 60 || clock > TimeSpan.FromDays(1))
        {
            return false;
        }

        if (rest is ['.', >= '0' and <= '9', ..])
        {
            rest = rest[1..];
            // Digits below a tick are passed over.
            for (var unit = TimeSpan.TicksPerSecond / 10; rest is [>= '0' and <= '9', ..]; unit /= 10)
            {
                clock += TimeSpan.FromTicks((rest[0] - '0') * unit);
                rest = rest[1..];
            }
        }

        return true;
    }

    private static DateTimeOffset? ToMoment(int year, int month, int day, TimeSpan clock, ReadOnlySpan<char> zone)
    {
        if (year is < 1 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || !TryReadZone(zone, out var offset))
        {
            return null;
        }

        var ticks = new DateTime(year, month, day).Ticks + clock.Ticks - offset.Ticks;
        return ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
    }

    /// <summary>Nothing, a name of UTC, an offset, or both; behind it the zone's name, in brackets or as a comment.</summary>
    private static bool TryReadZone(ReadOnlySpan<char> rest, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        rest = rest.TrimStart();
        SkipNameOfUtc(ref rest);
        if (rest is ['+' or '-', ..])
        {
            var sign = rest[0] == '-' ? -1 : 1;
            rest = rest[1..];
            var hours = TakeDigits(ref rest, 2);
            var minutes = Skip(ref rest, ':') || rest is [>= '0' and <= '9', ..] ? TakeDigits(ref rest, 2) : 0;
            if (hours is < 0 or > 23 || minutes is < 0 or > 59)
            {
                return false;
            }

            offset = sign * new TimeSpan(hours, minutes, 0);
            rest = rest.TrimStart();
            SkipNameOfUtc(ref rest);
        }

        rest = rest.TrimStart();
        return rest is [] or ['[', .., ']'] or ['(', .., ')'];
    }

    private static void SkipNameOfUtc(ref ReadOnlySpan<char> rest)
    {
        foreach (var name in (ReadOnlySpan<string>)["UTC", "GMT", "UT", "Z"])
        {
            if (rest.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                rest = rest[name.Length..];
                return;
            }
        }
    }

    private static bool Skip(ref ReadOnlySpan<char> rest, char letter)
    {
        if (rest.IsEmpty || rest[0] != letter)
        {
            return false;
        }

        rest = rest[1..];
        return true;
    }

    /// <summary>The number in exactly so many digits; -1 if there are not so many.</summary>
    private static int TakeDigits(ref ReadOnlySpan<char> rest, int count)
    {
        if (rest.Length < count || rest[..count].ContainsAnyExceptInRange('0', '9'))
        {
            return -1;
        }

        var value = int.Parse(rest[..count], NumberStyles.None, CultureInfo.InvariantCulture);
        rest = rest[count..];
        return value;
    }
}
