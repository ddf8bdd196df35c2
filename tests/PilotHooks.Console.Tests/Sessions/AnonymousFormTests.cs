using System.Net;
using PilotHooks.Console.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Sessions;

[Collection(ConsoleCollection.Name)]
public sealed class AnonymousFormTests(ConsoleFixture fixture)
{
    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/preferences")]
    [InlineData("/keys")]
    public async Task Form_of_somebody_who_has_not_signed_in_is_small(string path)
    {
        using var browser = new BrowserClient(fixture.First);
        using var refused = await browser.PostAsync(path, new() { ["_handler"] = "sign-in", ["key"] = new('x', 20_000) });

        refused.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        refused.Headers.Server.ShouldBeEmpty();
    }

    [Fact]
    public async Task Form_that_does_not_end_is_given_up()
    {
        using var post = await RawPost.StartAsync(fixture.First.Address, "/sign-in", 1000, contentType: "application/x-www-form-urlencoded");
        await post.SendAsync("key=ps_"u8.ToArray());

        (await post.ReadSomeAsync(TimeSpan.FromSeconds(60))).ShouldStartWith("HTTP/1.1 408 ");
    }
}
