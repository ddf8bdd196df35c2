using System.Net;
using PilotHooks.Console.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Sessions;

[Collection(ConsoleCollection.Name)]
public sealed class RevocationTests(ConsoleFixture fixture)
{
    [Fact]
    public async Task Saved_cookie_opens_nothing_after_signing_out_on_any_replica()
    {
        using var browser = await BrowserClient.SignedInAsync(fixture.First);
        using var thief = Copy(browser, fixture.First);
        using var elsewhere = Copy(browser, fixture.Second);
        using var saved = Copy(browser, fixture.First);
        (await thief.Http.GetAsync("/keys")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await elsewhere.Http.GetAsync("/keys")).StatusCode.ShouldBe(HttpStatusCode.OK);

        await SignOutAsync(browser);

        (await thief.Http.GetAsync("/keys")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        using var again = Copy(saved, fixture.First);
        (await again.Http.GetAsync("/v1/api-keys")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await Eventually.GetAsync(async () => (await elsewhere.Http.GetAsync("/v1/api-keys")).StatusCode, status => status == HttpStatusCode.Unauthorized, TimeSpan.FromSeconds(1));
        await using var started = await ConsoleProcess.StartAsync(
            (await TestServers.BrokerAsync()).ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, fixture.Database);
        using var late = Copy(saved, started);
        (await late.Http.GetAsync("/keys")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Other_sessions_of_the_same_key_go_on()
    {
        using var one = await BrowserClient.SignedInAsync(fixture.First);
        using var other = await BrowserClient.SignedInAsync(fixture.First);

        await SignOutAsync(one);

        (await other.Http.GetAsync("/keys")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Live_stream_ends_with_the_session_that_opened_it()
    {
        using var browser = await BrowserClient.SignedInAsync(fixture.First);
        using var watching = await WatchAsync(browser);
        using var elsewhere = Copy(browser, fixture.Second);
        using var watchingElsewhere = await WatchAsync(elsewhere);

        await SignOutAsync(browser);

        await EndsAsync(watching);
        await EndsAsync(watchingElsewhere);
    }

    [Fact]
    public async Task Session_ends_when_its_time_is_over_however_busy_it_is()
    {
        var (id, key) = await fixture.First.CreateKeyAsync();
        using var browser = new BrowserClient(fixture.First);
        (await browser.SignInAsync(key)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        (await browser.Http.GetAsync("/keys")).Headers.ToString().ShouldNotContain("pilothooks-session", customMessage: "A session is not prolonged.");
        (await ReadAsync($"SELECT expires_at - started_at FROM sessions WHERE key_id = '{id}'")).ShouldBe(TimeSpan.FromHours(12));
        using var watching = await WatchAsync(browser);

        await ReadAsync($"UPDATE sessions SET expires_at = now() WHERE key_id = '{id}'");

        await EndsAsync(watching);
        (await browser.Http.GetAsync("/keys")).StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Database_holds_nothing_that_a_cookie_could_be_made_of()
    {
        using var browser = await BrowserClient.SignedInAsync(fixture.First);
        var cookie = browser.Cookies.GetAllCookies().Single(cookie => cookie.Name == "pilothooks-session").Value;

        ((string)(await ReadAsync("SELECT string_agg(s::text, '') FROM sessions s"))!).ShouldNotContain(cookie);
    }

    private static BrowserClient Copy(BrowserClient browser, ServiceProcess console)
    {
        var copy = new BrowserClient(console);
        foreach (Cookie cookie in browser.Cookies.GetAllCookies())
        {
            copy.Cookies.Add(console.Address, new Cookie(cookie.Name, cookie.Value, "/"));
        }

        return copy;
    }

    private static async Task SignOutAsync(BrowserClient browser)
        => (await browser.PostAsync("/sign-out", new() { ["__RequestVerificationToken"] = await browser.FormTokenAsync("/keys") })).StatusCode.ShouldBe(HttpStatusCode.Redirect);

    private static async Task<HttpResponseMessage> WatchAsync(BrowserClient browser)
    {
        var stream = await browser.Http.GetAsync("/live", HttpCompletionOption.ResponseHeadersRead);
        stream.StatusCode.ShouldBe(HttpStatusCode.OK);
        return stream;
    }

    private static async Task EndsAsync(HttpResponseMessage stream) => await stream.Content.ReadAsStringAsync().WaitAsync(TimeSpan.FromSeconds(30));

    private async Task<object?> ReadAsync(string sql)
    {
        await using var database = await fixture.OpenDatabaseAsync();
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
