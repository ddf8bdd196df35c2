using Microsoft.AspNetCore.Http;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.ServiceDefaults.Api;

/// <summary>
/// The <c>since</c> (inclusive) and <c>until</c> (exclusive) of a list's query, as an endpoint parameter; null: no bound.
/// They are written as the times of events are; what is no time is answered 400.
/// </summary>
public sealed record TimeRange(DateTimeOffset? Since, DateTimeOffset? Until)
{
    /// <summary>Read by the framework for an endpoint parameter of this type.</summary>
    public static ValueTask<TimeRange> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context.Request.Query));

    /// <summary>Reads it for a filter that has more to read.</summary>
    public static TimeRange Of(IQueryCollection query) => new(Time(query, "since"), Time(query, "until"));

    /// <summary>A time as a caller writes it; null for what is none.</summary>
    public static DateTimeOffset? Read(string text)
    {
        // A year or a date without separators would be read as seconds.
        const int minDigits = 9;
        return text.Length < minDigits && text.All(char.IsAsciiDigit) ? null
            : TimeText.Parse(text)
                // A + that was not escaped arrives as a space.
                ?? (text.LastIndexOf(' ') is > 0 and var space ? TimeText.Parse($"{text[..space]}+{text[(space + 1)..]}") : null);
    }

    private static DateTimeOffset? Time(IQueryCollection query, string name)
        => query[name].ToString().Trim() is not { Length: > 0 } text ? null
            : Read(text) ?? throw new BadHttpRequestException($"{name} is a time in ISO 8601.");
}
