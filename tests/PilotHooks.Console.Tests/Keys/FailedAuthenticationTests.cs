using System.Net;
using PilotHooks.Console.Keys;
using PilotHooks.Console.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Keys;

/// <summary>With a console of its own, since whoever guesses is refused for a while.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class FailedAuthenticationTests(ConsoleFixture fixture) : IAsyncLifetime
{
    private ServiceProcess _console = null!;

    public async Task InitializeAsync() => _console = await ConsoleProcess.StartAsync(
        (await TestServers.BrokerAsync()).ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, fixture.Database, [fixture.Messaging.Address],
        more: new Dictionary<string, string?>
        {
            ["Proxies__Trusted__0"] = "127.0.0.0/8",
            ["Proxies__Trusted__1"] = "::1",
            ["FailedAuthentication__AtOnce"] = "10",
            ["FailedAuthentication__TotalAtOnce"] = "60",
            ["FailedAuthentication__TotalPerSecond"] = "1",
        });

    public async Task DisposeAsync() => await _console.DisposeAsync();

    [Fact]
    public async Task Guesser_is_refused_and_the_right_keys_of_the_same_address_are_not()
    {
        var (_, known) = await _console.CreateKeyAsync();

        using var refused = await GuessUntilRefusedAsync("203.0.113.1");

        await refused.ShouldBeProblemAsync(429);
        refused.Headers.RetryAfter!.Delta!.Value.ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        (await CallAsync(known, "203.0.113.1")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await CallAsync(ConsoleProcess.TenantKey, "203.0.113.1")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await CallAsync("ps_wrong", "203.0.113.2")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        // Only the last address is the proxy's word, what is before it the caller's.
        (await CallAsync("ps_wrong", "198.51.100.1, 203.0.113.1")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        using var browser = new BrowserClient(_console);
        // One more is looked at each second.
        using var signIn = await Eventually.GetAsync(() => SignInAsync(browser, "ps_wrong", "203.0.113.1"), answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        signIn.Headers.RetryAfter.ShouldNotBeNull();
        (await signIn.Content.ReadAsStringAsync()).ShouldContain("Too many attempts");
    }

    [Fact]
    public async Task Guessing_at_the_sign_in_page_counts_for_the_api_too()
    {
        using var browser = new BrowserClient(_console);
        for (var i = 0; i < 10; i++)
        {
            (await SignInAsync(browser, $"ps_wrong{i}", "198.51.100.9")).Dispose();
        }

        using var refused = await Eventually.GetAsync(() => CallAsync(ApiKeySecret.Create(), "198.51.100.9"), answer => answer.StatusCode == HttpStatusCode.TooManyRequests);

        refused.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Fact]
    public async Task Guesser_with_a_whole_network_is_one_guesser()
    {
        var host = 0;

        using var refused = await Eventually.GetAsync(() => CallAsync(ApiKeySecret.Create(), $"2001:db8:1:2:{host:x}::{++host:x}"), answer => answer.StatusCode == HttpStatusCode.TooManyRequests);

        (await CallAsync("ps_wrong", "2001:db8:1:3::1")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Guessers_of_many_networks_are_limited_in_all_and_known_keys_are_not()
    {
        var (_, known) = await _console.CreateKeyAsync();
        var network = 0;

        using var refused = await Eventually.GetAsync(() => CallAsync(ApiKeySecret.Create(), $"198.18.{network++ % 250}.{network / 250}"), answer => answer.StatusCode == HttpStatusCode.TooManyRequests);

        network.ShouldBeGreaterThan(10);
        (await CallAsync(known, "192.0.2.77")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Guesser_cannot_choose_an_address_where_no_proxy_is_trusted()
    {
        await using var console = await ConsoleProcess.StartAsync(
            (await TestServers.BrokerAsync()).ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, fixture.Database);
        using var client = console.ClientWith("ps_wrong");
        var guesses = 0;

        await Eventually.GetAsync(
            () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/messages") { Headers = { { "X-Forwarded-For", $"203.0.113.{guesses++ % 250}" } } };
                return client.SendAsync(request);
            },
            answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Call_without_a_key_is_no_guess()
    {
        for (var i = 0; i < 30; i++)
        {
            (await CallAsync(key: null, "203.0.113.50")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }
    }

    [Fact]
    public async Task Failed_authentication_stands_in_the_audit_in_sum()
    {
        for (var i = 0; i < 3; i++)
        {
            (await CallAsync(ApiKeySecret.Create(), "203.0.113.60")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        }

        await _console.StopAsync();
        var records = (await (await fixture.First.Client.GetAsync("/v1/audit?action=authentication.failed")).ReadJsonAsync())["items"]!.AsArray();

        records.ShouldContain(record => (int)record!["after"]!["failed"]! >= 3 && (string)record["actor"]! == "anonymous");
        records.ToJsonString().ShouldNotContain("203.0.113");
    }

    private Task<HttpResponseMessage> GuessUntilRefusedAsync(string address)
        => Eventually.GetAsync(() => CallAsync(ApiKeySecret.Create(), address), answer => answer.StatusCode == HttpStatusCode.TooManyRequests);

    private async Task<HttpResponseMessage> CallAsync(string? key, string address)
    {
        using var client = _console.ClientWith(key);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        return await client.GetAsync("/v1/messages");
    }

    private static async Task<HttpResponseMessage> SignInAsync(BrowserClient browser, string key, string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in")
        {
            Headers = { { "X-Forwarded-For", address } },
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["_handler"] = "sign-in",
                ["key"] = key,
                ["__RequestVerificationToken"] = await browser.FormTokenAsync("/sign-in"),
            }),
        };
        return await browser.Http.SendAsync(request);
    }
}
