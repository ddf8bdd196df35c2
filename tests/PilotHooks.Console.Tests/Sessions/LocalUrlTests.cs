using PilotHooks.Console.Sessions;

namespace PilotHooks.Console.Tests.Sessions;

public sealed class LocalUrlTests
{
    [Theory]
    [InlineData("/")]
    [InlineData("/messages?status=failed&cursor=abc")]
    [InlineData("/webhooks/wh_1#log")]
    public void Path_of_ours_is_gone_to(string url) => LocalUrl.OrHome(url).ShouldBe(url);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("messages")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/a\r\nSet-Cookie: x")]
    [InlineData("/\t/evil.example")]
    public void Anything_else_leads_to_the_first_page(string? url) => LocalUrl.OrHome(url).ShouldBe("/");
}
