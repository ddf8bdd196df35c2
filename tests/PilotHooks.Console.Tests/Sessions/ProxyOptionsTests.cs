using PilotHooks.Console.Sessions;

namespace PilotHooks.Console.Tests.Sessions;

public sealed class ProxyOptionsTests
{
    [Theory]
    [InlineData("10.0.0.7", true)]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("fd00::/8", true)]
    [InlineData("::1", true)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData("proxy.internal", false)]
    [InlineData("", false)]
    public void Trusted_proxy_is_an_address_or_a_network(string trusted, bool isUsable)
        => ProxyOptions.AreUsable(new ProxyOptions { Trusted = ["10.0.0.1", trusted] }).ShouldBe(isUsable);
}
