using System.ComponentModel.DataAnnotations;
using System.Net;
using PilotHooks.Relay.Safety;

namespace PilotHooks.Relay.Tests.Safety;

public sealed class TargetLimitsTests
{
    [Theory]
    [InlineData("8.8.0.0/16", "8.8.8.8", true)]
    [InlineData("8.8.8.8", "8.8.8.8", true)]
    [InlineData("8.8.9.9/16", "8.8.8.8", true)]
    [InlineData("8.8.0.0/24", "8.8.8.8", false)]
    [InlineData("2606:4700::/32", "2606:4700:4700::1111", true)]
    [InlineData("2606:4700::/32", "2607:4700::1", false)]
    [InlineData("fe80::/10", "fe80::1%3", true)]
    [InlineData("0.0.0.0/0", "2606:4700::1", false)]
    [InlineData("8.8.0.0/16", "::ffff:8.8.8.8", true)]
    [InlineData("8.8.0.0/16", "::8.8.8.8", true)]
    [InlineData("8.8.0.0/16", "::ffff:0:8.8.8.8", true)]
    [InlineData("8.8.0.0/16", "64:ff9b::8.8.8.8", true)]
    [InlineData("8.8.0.0/16", "2002:808:808::1", true)]
    [InlineData("8.8.0.0/16", "2001:0:4136:e378:8000:63bf:f7f7:f7f7", true)]
    [InlineData("8.8.0.0/16", "2606:4700::5efe:8.8.8.8", true)]
    [InlineData("8.8.0.0/16", "2606:4700::200:5efe:8.8.8.8", true)]
    [InlineData("8.8.0.0/16", "2606:4700::8.8.8.8", false)]
    public void Address_is_denied_by_its_network_and_by_that_of_the_ipv4_address_in_it(string network, string address, bool isDenied)
        => new TargetLimits([TargetLimits.ParseNetwork(network)!.Value], []).Denies(IPAddress.Parse(address)).ShouldBe(isDenied);

    [Theory]
    [InlineData("")]
    [InlineData("private")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("2001:db8::/129")]
    [InlineData("example.com")]
    [InlineData("::ffff:10.0.0.0/104")]
    public void What_is_no_network_is_refused_at_the_start_by_name(string network)
        => Errors(new RelayOptions { DeniedNetworks = ["10.0.0.0/8", network] }).ShouldContain(error => error.Contains("Relay:DeniedNetworks", StringComparison.Ordinal));

    [Theory]
    [InlineData(0)]
    [InlineData(65536)]
    [InlineData(25)]
    public void Port_that_no_web_server_has_is_refused_at_the_start(int port)
        => Errors(new RelayOptions { AllowedPorts = [443, port] }).ShouldContain(error => error.Contains("Relay:AllowedPorts", StringComparison.Ordinal));

    [Fact]
    public void Quota_of_nothing_is_refused_at_the_start()
        => Errors(new RelayOptions { Quotas = new() { TestsPerMinute = 0 } }).ShouldContain(error => error.Contains("Relay:Quotas", StringComparison.Ordinal));

    [Theory]
    [InlineData("https://example.com/", true)]
    [InlineData("https://example.com:8443/", true)]
    [InlineData("https://example.com:8444/", false)]
    [InlineData("http://example.com/", false)]
    public void Url_of_a_port_that_is_not_allowed_is_refused(string url, bool isTaken)
    {
        var limits = TargetLimits.Of(new RelayOptions { AllowedPorts = [443, 8443] });

        foreach (var allowPrivate in new[] { true, false })
        {
            (TargetUrl.Refuse(url, allowPrivate, requireHttps: false, limits) is null).ShouldBe(isTaken);
        }
    }

    [Theory]
    [InlineData("https://1.1.1.1/")]
    [InlineData("https://[::ffff:1.1.1.1]/")]
    [InlineData("https://[2002:101:101::]/")]
    public void Url_of_a_denied_address_is_refused_in_any_notation(string url)
    {
        var limits = TargetLimits.Of(new RelayOptions { DeniedNetworks = ["1.0.0.0/8"] });

        foreach (var allowPrivate in new[] { true, false })
        {
            TargetUrl.Refuse(url, allowPrivate, requireHttps: true, limits).ShouldNotBeNull();
        }
    }

    private static IEnumerable<string> Errors(RelayOptions options) => options.Validate(new ValidationContext(options)).Select(error => error.ErrorMessage!);
}
