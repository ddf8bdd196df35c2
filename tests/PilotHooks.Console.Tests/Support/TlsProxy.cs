using System.Net;

namespace PilotHooks.Console.Tests.Support;

/// <summary>A browser's view of a proxy that ends TLS before the console: cookies are those of an https address.</summary>
internal sealed class TlsProxy(CookieContainer cookies) : DelegatingHandler(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
{
    public const string Host = "hooks.example";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var seen = new Uri($"https://{Host}{request.RequestUri!.PathAndQuery}");
        request.Headers.Host = Host;
        request.Headers.Add("X-Forwarded-Proto", "https");
        if (!request.Headers.Contains("Cookie") && cookies.GetCookieHeader(seen) is { Length: > 0 } header)
        {
            request.Headers.Add("Cookie", header);
        }

        var answer = await base.SendAsync(request, cancellationToken);
        if (answer.Headers.TryGetValues("Set-Cookie", out var set))
        {
            set.ToList().ForEach(cookie => cookies.SetCookies(seen, cookie));
        }

        return answer;
    }
}
