using Microsoft.AspNetCore.Authentication.Cookies;

namespace PilotHooks.Console.Sessions;

/// <summary>
/// Under https the cookie's name begins with <c>__Host-</c>: browsers take such a one from this very host alone, so that no
/// other host of the domain can put a session of its own there. Over plain http, which the pages' own calls over loopback
/// are, both names are read; a browser sends the other one there never.
/// </summary>
internal sealed class HostCookies : ICookieManager
{
    private const string Prefix = "__Host-";
    private readonly ChunkingCookieManager _cookies = new();

    public static string? Find(HttpRequest request, string name)
        => request.Cookies[Prefix + name] ?? (request.IsHttps ? null : request.Cookies[name]);

    public string? GetRequestCookie(HttpContext context, string key)
        => _cookies.GetRequestCookie(context, Prefix + key) ?? (context.Request.IsHttps ? null : _cookies.GetRequestCookie(context, key));

    public void AppendResponseCookie(HttpContext context, string key, string? value, CookieOptions options)
        => _cookies.AppendResponseCookie(context, NameOf(context, key), value, options);

    public void DeleteCookie(HttpContext context, string key, CookieOptions options) => _cookies.DeleteCookie(context, NameOf(context, key), options);

    private static string NameOf(HttpContext context, string key) => context.Request.IsHttps ? Prefix + key : key;
}
