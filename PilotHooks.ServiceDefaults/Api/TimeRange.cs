using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace PilotHooks.ServiceDefaults.Api;

/// <summary>
/// The <c>since</c> (inclusive) and <c>until</c> (exclusive) of a list's query, as an endpoint parameter; null: no bound.
/// What is no time is answered 400.
/// </summary>
public sealed record TimeRange(DateTimeOffset? Since, DateTimeOffset? Until)
{
    /// <summary>Read by the framework for an endpoint parameter of this type.</summary>
    public static ValueTask<TimeRange> BindAsync(HttpContext context) => ValueTask.FromResult(Of(context.Request.Query));

    /// <summary>Reads it for a filter that has more to read.</summary>
    public static TimeRange Of(IQueryCollection query) => new(Time(query, "since"), Time(query, "until"));

    // A + that was not escaped arrives as a space.
    private static DateTimeOffset? Time(IQueryCollection query, string name)
        => query[name].ToString() is not { Length: > 0 } text ? null
            : DateTimeOffset.TryParse(text.Trim().Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time
            : throw new BadHttpRequestException($"{name} is a time in ISO 8601.");
}
