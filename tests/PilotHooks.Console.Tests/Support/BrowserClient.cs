using System.Net;
using System.Text.RegularExpressions;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Support;

/// <summary>A browser as far as HTTP goes: it keeps cookies, asks for pages, and sends forms. Redirects are left to the test.</summary>
internal sealed partial class BrowserClient : IDisposable
{
    public BrowserClient(ServiceProcess console, bool tls = false)
    {
        Http = new HttpClient(tls ? new TlsProxy(Cookies) : new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = console.Address };
        Http.DefaultRequestHeaders.Add("Accept", "text/html");
    }

    public HttpClient Http { get; }

    public CookieContainer Cookies { get; } = new();

    public static async Task<BrowserClient> SignedInAsync(ServiceProcess console)
    {
        var browser = new BrowserClient(console);
        (await browser.SignInAsync(ConsoleProcess.TenantKey)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        return browser;
    }

    /// <summary>Signs in by the form, with the form's token.</summary>
    public async Task<HttpResponseMessage> SignInAsync(string key, string path = "/sign-in")
        => await PostAsync(path, new() { ["_handler"] = "sign-in", ["key"] = key, ["__RequestVerificationToken"] = await FormTokenAsync(path) });

    public Task<HttpResponseMessage> PostAsync(string path, Dictionary<string, string> fields) => Http.PostAsync(path, new FormUrlEncodedContent(fields));

    public async Task<string> FormTokenAsync(string path) => FormToken().Match(await Http.GetStringAsync(path)).Groups["token"].Value;

    public void Dispose() => Http.Dispose();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"")]
    private static partial Regex FormToken();
}
