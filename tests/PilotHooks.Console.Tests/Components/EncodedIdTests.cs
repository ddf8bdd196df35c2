using PilotHooks.Console.Tests.Support;

namespace PilotHooks.Console.Tests.Components;

/// <summary>Ids that providers choose are often base64, and may stand percent-encoded in the address of a page.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class EncodedIdTests(ConsoleFixture fixture)
{
    [Theory]
    [InlineData("/numbers/cmm%2Fa1%3D%3D", "/v1/numbers/cmm%2Fa1%3D%3D")]
    [InlineData("/numbers/cmm%2Fa1%2Bb%25", "/v1/numbers/cmm%2Fa1%2Bb%25")]
    [InlineData("/messages/cmm%2Fa2/BR.%2F7%3D%25", "/v1/conversations/cmm%2Fa2/BR.%2F7%3D%25")]
    [InlineData("/messages/cmm%2Fa3/%2B5511955500010?at=wamid.QU%2Fx9w%3D%3D", "/v1/messages/wamid.QU%2Fx9w%3D%3D")]
    [InlineData("/messages/details?key=wamid.QV%2Fx%2B9w%3D%3D", "/v1/messages/wamid.QV%2Fx%2B9w%3D%3D")]
    [InlineData("/calls/wacid.HBgN%2FMTE%3D%2B%25", "/v1/calls/wacid.HBgN%2FMTE%3D%2B%25")]
    [InlineData("/webhooks/wh_%2F1%3D", "/v1/webhooks/wh_%2F1%3D")]
    [InlineData("/webhooks/wh_%2F2/messages?delivery=dlv%2F1%3D", "/v1/deliveries/dlv%2F1%3D")]
    public async Task Page_asks_for_the_id_that_stands_in_its_address(string page, string asked)
    {
        using var browser = await BrowserClient.SignedInAsync(fixture.First);

        using var answer = await browser.Http.GetAsync(page);

        new[] { fixture.Messaging, fixture.OtherMessaging, fixture.Numbers, fixture.Calls, fixture.Relay }
            .SelectMany(service => service.Calls).Select(call => call.RawTarget.Split('?')[0]).ShouldContain(asked);
    }
}
