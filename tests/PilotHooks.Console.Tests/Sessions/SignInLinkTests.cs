using System.Net;
using PilotHooks.Console.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Sessions;

[Collection(ConsoleCollection.Name)]
public sealed class SignInLinkTests(ConsoleFixture fixture) : IAsyncLifetime
{
    private const string Expired = "/sign-in?link=expired";
    private readonly string _token = $"link-{Guid.NewGuid():N}";
    private ServiceProcess _first = null!;
    private ServiceProcess _second = null!;

    public async Task InitializeAsync()
    {
        var replicas = await Task.WhenAll(StartAsync(), StartAsync());
        (_first, _second) = (replicas[0], replicas[1]);
    }

    public async Task DisposeAsync()
    {
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task Link_signs_in_once_on_all_replicas_and_after_a_restart()
    {
        using var browser = new BrowserClient(_first);
        (await FollowAsync(_first, $"{_token}x")).ShouldBe(Expired);
        (await LocationAsync(browser, $"/sign-in/{_token}?returnUrl=%2Fkeys")).ShouldBe("/keys");
        (await browser.Http.GetAsync("/keys")).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await FollowAsync(_first, _token)).ShouldBe(Expired);
        (await FollowAsync(_second, _token)).ShouldBe(Expired);
        await using var restarted = await StartAsync();
        (await FollowAsync(restarted, _token)).ShouldBe(Expired);
        (await browser.Http.GetAsync("/keys")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Link_that_many_open_at_once_lets_one_in()
        => (await Task.WhenAll(Enumerable.Range(0, 10).Select(i => FollowAsync(i % 2 == 0 ? _first : _second, _token)))).Count(location => location == "/").ShouldBe(1);

    [Fact]
    public async Task Link_ends_after_ten_minutes()
    {
        await using (var database = await fixture.OpenDatabaseAsync())
        {
            await using var read = database.CreateCommand("SELECT count(*) FROM sign_in_links WHERE expires_at BETWEEN now() + interval '8 minutes' AND now() + interval '10 minutes' AND used_at IS NULL");
            ((long)(await read.ExecuteScalarAsync())!).ShouldBePositive();
            await using var end = database.CreateCommand("UPDATE sign_in_links SET expires_at = now()");
            await end.ExecuteNonQueryAsync();
        }

        (await FollowAsync(_first, _token)).ShouldBe(Expired);
        // A restart begins no new ten minutes.
        await using var restarted = await StartAsync();
        (await FollowAsync(restarted, _token)).ShouldBe(Expired);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("/\\evil.example")]
    public async Task Link_leads_nowhere_else(string returnUrl)
        => (await FollowAsync(_first, $"{_token}?returnUrl={Uri.EscapeDataString(returnUrl)}")).ShouldBe("/");

    [Fact]
    public async Task Link_is_for_this_machine_alone()
    {
        await using var proxied = await StartAsync(new Dictionary<string, string?> { ["Proxies__Trusted__0"] = "127.0.0.0/8" });
        using var stranger = new BrowserClient(proxied);
        stranger.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");

        (await LocationAsync(stranger, $"/sign-in/{_token}")).ShouldBe(Expired);
    }

    private async Task<ServiceProcess> StartAsync(IReadOnlyDictionary<string, string?>? more = null)
        => await ConsoleProcess.StartAsync(
            (await TestServers.BrokerAsync()).ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, fixture.Database,
            more: new Dictionary<string, string?>(more ?? new Dictionary<string, string?>()) { ["SignIn__Token"] = _token });

    private static async Task<string> FollowAsync(ServiceProcess console, string token)
    {
        using var browser = new BrowserClient(console);
        return await LocationAsync(browser, $"/sign-in/{token}");
    }

    private static async Task<string> LocationAsync(BrowserClient browser, string path)
    {
        using var answer = await browser.Http.GetAsync(path);
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        return answer.Headers.Location!.ToString();
    }
}
