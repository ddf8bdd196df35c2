using System.Diagnostics;

namespace PilotHooks.ServiceDefaults.Tracing;

/// <summary>An event's trace, away from where its spans are made.</summary>
public static class EventTrace
{
    private const int MaxLabel = 64;

    /// <summary>Digits in a row that might be somebody's phone number.</summary>
    private const int TooManyDigits = 5;

    /// <summary>
    /// Lets what follows belong to the event's trace, log lines above all, without a span of its own. Disposed where that ends.
    /// </summary>
    public static IDisposable? Enter(string? traceParent) => traceParent is null ? null : new Activity("event").SetParentId(traceParent).Start();

    /// <summary>
    /// An event's name as it may stand in a span or a log line. Whoever knows a webhook's address chooses the name: what is
    /// no plain name, or might hold a phone number, is not shown.
    /// </summary>
    public static string Label(string name)
    {
        if (name.Length is 0 or > MaxLabel)
        {
            return "(other)";
        }

        var digits = 0;
        foreach (var character in name)
        {
            digits = char.IsAsciiDigit(character) ? digits + 1 : 0;
            if (digits == TooManyDigits || !(char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-'))
            {
                return "(other)";
            }
        }

        return name;
    }
}
