using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PilotHooks.ServiceDefaults.Tracing;

/// <summary>The span of a request.</summary>
public static class RequestSpan
{
    private const string Name = "PilotHooks.Name";

    /// <summary>Whether the request has a span that somebody will see.</summary>
    public static bool IsTraced(this HttpContext context) => ActivityOf(context) is not null;

    /// <summary>
    /// Names the request's span by more than its route. The text is shown to operators: nothing that a caller chose, unless it
    /// was checked (<see cref="EventTrace.Label"/>).
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="what">What it is about, after the method.</param>
    public static void NameRequest(this HttpContext context, string what)
    {
        // Kept beside the display name, which the instrumentation sets by the route when the request ends.
        ActivityOf(context)?.SetCustomProperty(Name, $"{context.Request.Method} {what}");
    }

    internal static string? NameOf(Activity activity) => activity.GetCustomProperty(Name) as string;

    private static Activity? ActivityOf(HttpContext context)
        => context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } activity ? activity : null;
}
