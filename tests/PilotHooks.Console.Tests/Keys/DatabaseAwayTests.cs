using System.Net;
using PilotHooks.Console.Keys;
using PilotHooks.Console.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Keys;

public sealed class DatabaseAwayTests
{
    [Fact]
    public async Task Without_the_database_the_configured_key_works_and_others_cannot_be_checked()
    {
        // Of its own: on the shared one this console, with another database, would drain the others' dead letters.
        await using var broker = await TestServers.StartBrokerAsync();
        await using var postgres = await TestServers.StartPostgresAsync();
        await using var messaging = await FakeService.StartAsync("messaging");
        await using var console = await ConsoleProcess.StartAsync(broker.ConnectionString, postgres.ConnectionString, "console", [messaging.Address]);
        var (_, key) = await console.CreateKeyAsync();
        using var stored = console.ClientWith(key);
        (await stored.GetAsync("/v1/messages")).IsSuccessStatusCode.ShouldBeTrue();
        using var browser = new BrowserClient(console);
        (await browser.SignInAsync(key)).StatusCode.ShouldBe(HttpStatusCode.Redirect);

        await postgres.KillAsync();

        var refused = await Eventually.GetAsync(() => stored.GetAsync("/v1/messages"), answer => !answer.IsSuccessStatusCode);
        await refused.ShouldBeProblemAsync(503);
        refused.Headers.RetryAfter.ShouldNotBeNull();
        using var page = await Eventually.GetAsync(() => browser.Http.GetAsync("/keys"), answer => answer.StatusCode == HttpStatusCode.ServiceUnavailable);
        (await page.Content.ReadAsStringAsync()).ShouldContain("<p lang=\"en\">The key cannot be checked");
        using var stranger = new BrowserClient(console);
        (await (await stranger.SignInAsync(key)).Content.ReadAsStringAsync()).ShouldContain("The key cannot be checked now");
        (await console.Client.GetAsync("/v1/messages")).IsSuccessStatusCode.ShouldBeTrue();
        await (await console.Client.GetAsync("/v1/api-keys")).ShouldBeProblemAsync(503);
        using var wrong = console.ClientWith("ps_wrong");
        await (await wrong.GetAsync("/v1/messages")).ShouldBeProblemAsync(401);
        ((int)(await console.Client.GetAsync("/health")).StatusCode).ShouldBe(503);
        // Whoever guesses is refused without the database being asked.
        using var guesser = console.ClientWith(ApiKeySecret.Create());
        (await Eventually.GetAsync(() => guesser.GetAsync("/v1/messages"), answer => answer.StatusCode == HttpStatusCode.TooManyRequests)).Headers.RetryAfter.ShouldNotBeNull();

        await postgres.StartAsync();
        await Eventually.GetAsync(() => stored.GetAsync("/v1/messages"), answer => answer.IsSuccessStatusCode);
        await console.WaitUntilHealthyAsync();
    }
}
