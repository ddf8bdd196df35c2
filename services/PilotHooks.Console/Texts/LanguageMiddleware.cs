using System.Globalization;
using Microsoft.AspNetCore.Http.Headers;

namespace PilotHooks.Console.Texts;

/// <summary>Answers in the viewer's language.</summary>
internal sealed class LanguageMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var accepted = new RequestHeaders(context.Request.Headers).AcceptLanguage
            .OrderByDescending(language => language.Quality ?? 1)
            .Select(language => language.Value.ToString());
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = Languages.Choose(context.Request.Cookies[Languages.Cookie], accepted);
        return next(context);
    }
}
