using PilotHooks.Console.Keys;

namespace PilotHooks.Console.Sessions;

/// <summary>What the browser is told to refuse: scripts, styles and connections that are not ours, and being framed.</summary>
internal static class BrowserSafety
{
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    public static void UseBrowserSafety(this WebApplication app) => app.Use(next => context =>
    {
        Apply(context.Response.Headers);
        context.Response.OnStarting(ForbidStoring, context.Response);
        context.Response.OnStarting(KeepToThisOrigin, context);
        return next(context);
    });

    public static void Apply(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
    }

    /// <summary>
    /// No page leads anywhere else, and whatever builds a whole address takes its host from what the caller wrote. The path
    /// alone leads to where the browser already is.
    /// </summary>
    private static Task KeepToThisOrigin(object state)
    {
        var context = (HttpContext)state;
        if (!context.Request.IsOfApi() && Uri.TryCreate(context.Response.Headers.Location, UriKind.Absolute, out var target) && target.Scheme.StartsWith("http", StringComparison.Ordinal))
        {
            context.Response.Headers.Location = "/" + (target.PathAndQuery + target.Fragment).TrimStart('/');
        }

        return Task.CompletedTask;
    }

    /// <summary>A shared computer's "back" shows nothing of a session that has ended, unless the answer says otherwise itself.</summary>
    private static Task ForbidStoring(object response)
    {
        var headers = ((HttpResponse)response).Headers;
        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = "no-store";
        }

        return Task.CompletedTask;
    }
}
