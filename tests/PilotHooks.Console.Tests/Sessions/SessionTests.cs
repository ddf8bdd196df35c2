using System.Net;
using System.Net.Http.Headers;
using System.Text;
using PilotHooks.Console.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Sessions;

[Collection(ConsoleCollection.Name)]
public sealed class SessionTests(ConsoleFixture fixture)
{
    private const string Policy = "default-src 'none'";

    [Fact]
    public async Task Browser_is_sent_to_sign_in_and_anything_else_gets_a_problem()
    {
        using var browser = new BrowserClient(fixture.First);
        using var page = await browser.Http.GetAsync("/keys?limit=5");
        page.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        page.Headers.Location!.ToString().ShouldBe("/sign-in?returnUrl=%2Fkeys%3Flimit%3D5");

        using var stranger = fixture.First.ClientWith(key: null);
        await (await stranger.GetAsync("/keys")).ShouldBeProblemAsync(401);
        await (await stranger.GetAsync("/live")).ShouldBeProblemAsync(401);
    }

    [Fact]
    public async Task Session_works_on_every_replica_and_its_cookie_tells_scripts_and_readers_nothing()
    {
        using var browser = new BrowserClient(fixture.First);
        using var signedIn = await browser.SignInAsync(ConsoleProcess.TenantKey, "/sign-in?returnUrl=%2Fkeys");

        signedIn.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        signedIn.Headers.Location!.ToString().ShouldBe("/keys");
        var cookie = signedIn.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("pilothooks-session=", StringComparison.Ordinal));
        cookie.ShouldContain("httponly");
        cookie.ShouldContain("samesite=lax");
        cookie.ShouldNotContain(ConsoleProcess.TenantKey);

        using var second = new BrowserClient(fixture.Second);
        second.Cookies.Add(browser.Cookies.GetAllCookies());
        (await second.Http.GetAsync("/keys")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example")]
    public async Task Signing_in_leads_nowhere_else(string returnUrl)
    {
        using var browser = new BrowserClient(fixture.First);
        using var byKey = await browser.SignInAsync(ConsoleProcess.TenantKey, $"/sign-in?returnUrl={Uri.EscapeDataString(returnUrl)}");

        byKey.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        byKey.Headers.Location!.ToString().ShouldBe("/");
    }

    [Fact]
    public async Task Wrong_key_makes_no_session()
    {
        using var browser = new BrowserClient(fixture.First);
        using var byKey = await browser.SignInAsync("ps_wrong");
        byKey.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await byKey.Content.ReadAsStringAsync()).ShouldNotContain("ps_wrong");
        browser.Cookies.GetAllCookies().ShouldNotContain(cookie => cookie.Name == "pilothooks-session");
    }

    [Fact]
    public async Task Form_that_is_not_ours_is_refused()
    {
        using var browser = await BrowserClient.SignedInAsync(fixture.First);
        foreach (var (path, fields) in new (string, Dictionary<string, string>)[]
        {
            ("/sign-in", new() { ["_handler"] = "sign-in", ["key"] = ConsoleProcess.TenantKey }),
            ("/keys", new() { ["_handler"] = "create", ["Input.Name"] = "Forged" }),
            ("/sign-out", []),
            ("/preferences", new() { ["theme"] = "dark" }),
        })
        {
            using var answer = await browser.PostAsync(path, fields);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, path);
            (await answer.Content.ReadAsStringAsync()).ShouldContain("Go back, reload the page");
        }

        (await browser.Http.GetAsync("/keys")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await fixture.First.Client.GetStringAsync("/v1/api-keys?limit=200")).ShouldNotContain("Forged");
    }

    [Fact]
    public async Task Api_takes_a_session_to_read_and_with_the_pages_token_to_change()
    {
        using var browser = await BrowserClient.SignedInAsync(fixture.First);
        var token = await browser.FormTokenAsync("/keys");
        (await browser.Http.GetAsync("/v1/api-keys")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await CreateAsync(browser, "Without token")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await CreateAsync(browser, "Another site", ("RequestVerificationToken", token), ("Sec-Fetch-Site", "cross-site"))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await CreateAsync(browser, "Wrong token", ("RequestVerificationToken", "x"))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await CreateAsync(browser, "By the page", ("RequestVerificationToken", token), ("Sec-Fetch-Site", "same-origin"))).StatusCode.ShouldBe(HttpStatusCode.Created);

        var names = await fixture.First.Client.GetStringAsync("/v1/api-keys?limit=200");
        names.ShouldContain("By the page");
        names.ShouldNotContain("Without token");
        names.ShouldNotContain("Another site");
        names.ShouldNotContain("Wrong token");
    }

    [Fact]
    public async Task Key_in_a_header_counts_before_a_session()
    {
        using var browser = await BrowserClient.SignedInAsync(fixture.First);
        browser.Http.DefaultRequestHeaders.Remove("Accept");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/api-keys");
        request.Headers.Add("x-api-key", "ps_wrong");
        await (await browser.Http.SendAsync(request)).ShouldBeProblemAsync(401);

        // And needs no token: what a program sends is not what a browser adds by itself.
        using var both = new HttpRequestMessage(HttpMethod.Delete, $"/v1/api-keys/{Guid.NewGuid()}");
        both.Headers.Add("x-api-key", ConsoleProcess.TenantKey);
        await (await browser.Http.SendAsync(both)).ShouldBeProblemAsync(404);
    }

    [Fact]
    public async Task Session_of_a_numbers_key_sees_its_number_only_and_its_cookies_stay_here()
    {
        var (_, key) = await fixture.First.CreateKeyAsync("cmm0session");
        using var browser = new BrowserClient(fixture.First);
        (await browser.SignInAsync(key)).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        (await browser.Http.GetAsync("/v1/numbers/of-a-session")).EnsureSuccessStatusCode();

        var call = fixture.Numbers.Calls.Last(call => call.RawTarget == "/v1/numbers/of-a-session");
        InternalCalls.ReadCaller(call.Headers["x-pilothooks-caller"], ConsoleProcess.GatewayToken)!.NumberId.ShouldBe("cmm0session");
        call.Headers.Keys.ShouldNotContain("Cookie");
        (await browser.Http.GetAsync("/v1/api-keys")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Removed_key_ends_its_sessions_on_every_replica()
    {
        var (id, key) = await fixture.First.CreateKeyAsync();
        using var first = new BrowserClient(fixture.First);
        (await first.SignInAsync(key)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        using var second = new BrowserClient(fixture.Second);
        second.Cookies.Add(first.Cookies.GetAllCookies());
        (await second.Http.GetAsync("/keys")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await fixture.First.Client.DeleteAsync($"/v1/api-keys/{id}")).EnsureSuccessStatusCode();

        foreach (var browser in new[] { first, second })
        {
            await Eventually.GetAsync(async () => (await browser.Http.GetAsync("/keys")).StatusCode, status => status == HttpStatusCode.Redirect, TimeSpan.FromSeconds(10));
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/sign-in")]
    [InlineData("/nothing")]
    [InlineData("/console.css")]
    [InlineData("/v1/api-keys")]
    public async Task Every_answer_forbids_what_is_not_ours(string path)
    {
        using var browser = new BrowserClient(fixture.First);
        using var answer = await browser.Http.GetAsync(path);

        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        policy.ShouldStartWith(Policy);
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe");
        answer.Headers.GetValues("X-Content-Type-Options").Single().ShouldBe("nosniff");
        answer.Headers.GetValues("Referrer-Policy").Single().ShouldBe("no-referrer");
        if (!path.EndsWith(".css", StringComparison.Ordinal))
        {
            answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task File_that_the_browser_has_is_not_sent_again()
    {
        using var browser = new BrowserClient(fixture.First);
        using var first = await browser.Http.GetAsync("/live.js");
        first.Content.Headers.ContentType!.MediaType.ShouldBe("text/javascript");
        using var again = new HttpRequestMessage(HttpMethod.Get, "/live.js") { Headers = { IfNoneMatch = { first.Headers.ETag.ShouldNotBeNull() } } };

        (await browser.Http.SendAsync(again)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Theory]
    [InlineData("/console.css", "gzip", "gzip")]
    [InlineData("/live.js", "gzip, deflate, br", "br")]
    [InlineData("/favicon.svg", "br", "br")]
    [InlineData("/console.css", "identity", null)]
    [InlineData("/keys", "gzip, br", null)]
    [InlineData("/v1/api-keys", "gzip, br", null)]
    public async Task Files_are_sent_compressed_and_what_may_hold_a_secret_is_not(string path, string accepted, string? encoding)
    {
        using var browser = await BrowserClient.SignedInAsync(fixture.First);
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept-Encoding", accepted } } };
        using var answer = await browser.Http.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentEncoding.ShouldBe(encoding is null ? [] : [encoding]);
    }

    [Theory]
    [InlineData("pt-BR,pt;q=0.9,en;q=0.8", "pt-BR", "Entrar")]
    [InlineData("en-GB,en;q=0.9", "en", "Sign in")]
    [InlineData("de,pt;q=0.5", "pt-BR", "Entrar")]
    public async Task Page_speaks_the_browsers_language(string accepted, string language, string words)
    {
        using var browser = new BrowserClient(fixture.First);
        browser.Http.DefaultRequestHeaders.Add("Accept-Language", accepted);
        var page = await browser.Http.GetStringAsync("/sign-in");

        page.ShouldContain($"<html lang=\"{language}\"");
        page.ShouldContain($"<h1>{words}</h1>");
    }

    [Fact]
    public async Task Page_that_is_not_there_is_a_page_for_a_browser()
    {
        using var browser = new BrowserClient(fixture.First);
        using var answer = await browser.Http.GetAsync("/nothing");
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        answer.Content.Headers.ContentType.ShouldBe(MediaTypeHeaderValue.Parse("text/html; charset=utf-8"));
    }

    private static async Task<HttpResponseMessage> CreateAsync(BrowserClient browser, string name, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/api-keys") { Content = new StringContent($$"""{"name":"{{name}}"}""", Encoding.UTF8, "application/json") };
        foreach (var (header, value) in headers)
        {
            request.Headers.Add(header, value);
        }

        return await browser.Http.SendAsync(request);
    }
}
