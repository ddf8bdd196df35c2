using System.Net;
using PilotHooks.Console.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Sessions;

/// <summary>The console as it is met from outside: by any name, and behind a proxy that ends TLS.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class PublishedTests(ConsoleFixture fixture)
{
    [Theory]
    [InlineData("/keys")]
    [InlineData("/")]
    [InlineData("/sign-in/a-link-that-nobody-printed")]
    public async Task Host_that_a_caller_names_is_in_no_redirect(string path)
    {
        using var browser = new BrowserClient(fixture.First);
        using var answer = await browser.Http.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = "evil.example" } });

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.Location!.ToString().ShouldStartWith("/sign-in");
        answer.Headers.ToString().ShouldNotContain("evil.example");
    }

    [Fact]
    public async Task Host_that_a_caller_names_is_in_no_redirect_after_signing_in_or_out()
    {
        using var browser = new BrowserClient(fixture.First);
        var token = await browser.FormTokenAsync("/sign-in");
        using var signedIn = await SendAsync(browser, "/sign-in?returnUrl=%2Fkeys", new() { ["_handler"] = "sign-in", ["key"] = ConsoleProcess.TenantKey, ["__RequestVerificationToken"] = token });
        signedIn.Headers.Location!.ToString().ShouldBe("/keys");

        using var signedOut = await SendAsync(browser, "/sign-out", new() { ["__RequestVerificationToken"] = await browser.FormTokenAsync("/keys") });
        signedOut.Headers.Location!.ToString().ShouldBe("/sign-in");
    }

    [Fact]
    public async Task Behind_a_trusted_proxy_with_tls_cookies_are_kept_to_https_and_to_this_host()
    {
        await using var console = await StartAsync(("Proxies__Trusted__0", "127.0.0.0/8"));
        using var browser = new BrowserClient(console, tls: true);
        using var signedIn = await browser.SignInAsync(ConsoleProcess.TenantKey);

        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single(cookie => cookie.Contains("pilothooks-session", StringComparison.Ordinal));
        cookie.ShouldStartWith("__Host-pilothooks-session=");
        cookie.ShouldContain("; secure");
        cookie.ShouldContain("; path=/");
        cookie.ShouldNotContain("domain=");
        signedIn.Headers.GetValues("Set-Cookie").ShouldAllBe(each => each.Contains("; secure", StringComparison.Ordinal));
        signedIn.Headers.GetValues("Strict-Transport-Security").Single().ShouldStartWith("max-age=31536000");
    }

    [Fact]
    public async Task Session_over_https_works_in_pages_and_not_by_the_name_that_anybody_can_set()
    {
        await using var console = await StartAsync(("Proxies__Trusted__0", "127.0.0.0/8"));
        using var browser = new BrowserClient(console, tls: true);
        using var signedIn = await browser.SignInAsync(ConsoleProcess.TenantKey);
        var value = signedIn.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("__Host-", StringComparison.Ordinal)).Split(';')[0].Split('=', 2)[1];

        using var good = await browser.Http.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/keys") { Headers = { { "Cookie", $"__Host-pilothooks-session={value}" } } });
        using var planted = await browser.Http.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/keys") { Headers = { { "Cookie", $"pilothooks-session={value}" } } });

        good.StatusCode.ShouldBe(HttpStatusCode.OK);
        // The list comes by the page's own call of the API, which is no https.
        (await good.Content.ReadAsStringAsync()).ShouldContain("data-key=");
        planted.StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Word_of_a_stranger_that_it_is_https_counts_for_nothing()
    {
        using var browser = new BrowserClient(fixture.First, tls: true);
        using var signedIn = await browser.SignInAsync(ConsoleProcess.TenantKey);

        signedIn.Headers.GetValues("Set-Cookie").ShouldNotContain(cookie => cookie.StartsWith("__Host-", StringComparison.Ordinal) || cookie.Contains("secure", StringComparison.Ordinal));
        signedIn.Headers.Contains("Strict-Transport-Security").ShouldBeFalse();
    }

    [Fact]
    public async Task Other_hosts_are_refused_where_the_own_ones_are_named_and_pages_still_work()
    {
        await using var console = await StartAsync(("AllowedHosts", "hooks.example"));
        using var browser = await BrowserClient.SignedInAsync(console);
        using var evil = await browser.Http.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/keys") { Headers = { Host = "evil.example" } });
        using var page = await browser.Http.GetAsync("/keys");

        evil.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await page.Content.ReadAsStringAsync()).ShouldContain("data-key=");
    }

    [Fact]
    public async Task Keys_in_clear_outside_development_have_to_be_asked_for()
    {
        await using var console = await ConsoleProcess.StartAsync("amqp://nowhere", "Host=nowhere", "none", waitUntilHealthy: false, more: new Dictionary<string, string?> { ["Console__KeyProtection__AllowUnprotected"] = null });

        await Eventually.GetAsync(() => Task.FromResult(console.HasExited), exited => exited);
        console.ExitCode.ShouldNotBe(0);
        console.Output.ShouldContain("Console:KeyProtection:AllowUnprotected");
    }

    private async Task<ServiceProcess> StartAsync((string Name, string Value) setting)
    {
        await fixture.First.CreateKeyAsync();
        return await ConsoleProcess.StartAsync(
            (await TestServers.BrokerAsync()).ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, fixture.Database,
            more: new Dictionary<string, string?> { [setting.Name] = setting.Value });
    }

    private static Task<HttpResponseMessage> SendAsync(BrowserClient browser, string path, Dictionary<string, string> fields)
        => browser.Http.SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Headers = { Host = "evil.example" }, Content = new FormUrlEncodedContent(fields) });
}
