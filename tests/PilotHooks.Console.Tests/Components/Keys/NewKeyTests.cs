using System.Net;
using System.Text.RegularExpressions;
using PilotHooks.Console.Tests.Support;

namespace PilotHooks.Console.Tests.Components.Keys;

[Collection(ConsoleCollection.Name)]
public sealed partial class NewKeyTests(ConsoleFixture fixture)
{
    private const string Cookie = "pilothooks-new-key";

    [Fact]
    public async Task New_key_is_shown_once_on_any_replica_and_stands_in_no_header()
    {
        using var browser = await BrowserClient.SignedInAsync(fixture.First);
        using var made = await MakeAsync(browser);

        made.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        made.Headers.Location!.ToString().ShouldEndWith("/keys");
        made.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith($"{Cookie}=", StringComparison.Ordinal)).ShouldContain("httponly");

        using var second = new BrowserClient(fixture.Second);
        second.Cookies.Add(browser.Cookies.GetAllCookies());
        using var refresh = new HttpRequestMessage(HttpMethod.Get, "/keys") { Headers = { { "x-live", "1" } } };
        using var refreshed = await second.Http.SendAsync(refresh);
        ShownKey().IsMatch(await refreshed.Content.ReadAsStringAsync()).ShouldBeFalse();
        var key = ShownKey().Match(await second.Http.GetStringAsync("/keys")).Groups["key"].Value;
        key.ShouldNotBeEmpty();
        ShownKey().IsMatch(await second.Http.GetStringAsync("/keys")).ShouldBeFalse();
        made.Headers.ToString().ShouldNotContain(key);
        using var client = fixture.First.ClientWith(key);
        (await client.GetAsync("/v1/api-keys")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task New_key_is_not_shown_to_another_session()
    {
        using var browser = await BrowserClient.SignedInAsync(fixture.First);
        using var made = await MakeAsync(browser);
        var (_, key) = await fixture.First.CreateKeyAsync();
        using var other = new BrowserClient(fixture.First);
        (await other.SignInAsync(key)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        other.Cookies.Add(browser.Cookies.GetAllCookies().Single(cookie => cookie.Name == Cookie));

        ShownKey().IsMatch(await other.Http.GetStringAsync("/keys")).ShouldBeFalse();
    }

    private static async Task<HttpResponseMessage> MakeAsync(BrowserClient browser)
        => await browser.PostAsync("/keys", new()
        {
            ["_handler"] = "create",
            ["Input.Name"] = "Made in a page",
            ["__RequestVerificationToken"] = await browser.FormTokenAsync("/keys"),
        });

    [GeneratedRegex("id=\"new-key\">(?<key>ps_[A-Za-z0-9_-]+)<")]
    private static partial Regex ShownKey();
}
