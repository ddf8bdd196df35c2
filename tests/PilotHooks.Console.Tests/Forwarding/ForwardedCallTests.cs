using PilotHooks.Console.Forwarding;

namespace PilotHooks.Console.Tests.Forwarding;

public sealed class ForwardedCallTests
{
    [Theory]
    [InlineData("/v1/messages", "/v1/messages")]
    [InlineData("/v1/messages/wamid.HBg%2FNA%3D%3D?x=%2F&y=a%20b", "/v1/messages/wamid.HBg%2FNA%3D%3D?x=%2F&y=a%20b")]
    [InlineData("/v1/messages/100%25", "/v1/messages/100%25")]
    [InlineData("/v1/messages/...", "/v1/messages/...")]
    [InlineData("/v1/messages?path=../..", "/v1/messages?path=../..")]
    [InlineData("http://localhost:5200/v1/messages?x=1", "/v1/messages?x=1")]
    public void Target_is_sent_on_as_the_caller_wrote_it(string target, string expected) => ForwardedCall.TargetOf(target).ShouldBe(expected);

    [Theory]
    [InlineData("/v1/messages/../health")]
    [InlineData("/v1/messages/%2e%2e/health")]
    [InlineData("/v1/messages/.%2E/.%2e/health")]
    [InlineData("/v1/messages/./x")]
    [InlineData("/v1/messages/..\\..\\health")]
    [InlineData("/v1/messages/a b")]
    [InlineData("/v1/messages/a#b")]
    [InlineData("/v1/messages/\u00e9")]
    [InlineData("/v1/messages/\r\nx-api-key: 1")]
    [InlineData("*")]
    [InlineData("http://localhost:5200")]
    public void Target_that_could_lead_elsewhere_is_refused(string target) => ForwardedCall.TargetOf(target).ShouldBeNull();
}
