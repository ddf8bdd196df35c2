using PilotHooks.Console.Tests.Support;

namespace PilotHooks.Console.Tests.Components;

[Collection(ConsoleCollection.Name)]
public sealed class EchoTests(ConsoleFixture fixture)
{
    private const string Phone = "5511987650123";

    [Theory]
    [InlineData("/dead-letters?letter=")]
    [InlineData("/dead-letters?cursor=")]
    [InlineData("/webhooks/wh_1/messages?attempt=")]
    [InlineData("/webhooks/wh_1/messages?delivery=")]
    [InlineData("/webhooks?dialog=")]
    [InlineData("/events/")]
    [InlineData("/events?since=")]
    [InlineData("/messages/num_1/")]
    [InlineData("/messages?cursor=")]
    [InlineData("/numbers/")]
    [InlineData("/calls/")]
    [InlineData("/forms/")]
    [InlineData("/keys?cursor=")]
    [InlineData("/sign-in/")]
    [InlineData("/v1/dead-letters/")]
    [InlineData("/v1/dead-letters?limit=")]
    [InlineData("/v1/messages?numberId=")]
    public async Task Value_of_a_stranger_makes_no_line_in_the_log(string path)
    {
        using var browser = await BrowserClient.SignedInAsync(fixture.First);
        using var answer = await browser.Http.GetAsync($"{path}x%0D%0Aerror%3A%20forged%20%2B{Phone}");

        fixture.First.Output.ShouldNotContain(Phone);
        fixture.First.Output.ShouldNotContain("forged");
    }
}
