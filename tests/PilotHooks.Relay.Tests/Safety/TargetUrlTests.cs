using PilotHooks.Relay.Safety;

namespace PilotHooks.Relay.Tests.Safety;

public sealed class TargetUrlTests
{
    [Theory]
    [InlineData("https://127.0.0.1/hook")]
    [InlineData("https://127.1/hook")]
    [InlineData("https://2130706433/hook")]
    [InlineData("https://0x7f000001/hook")]
    [InlineData("https://0x7f.0.0.1/hook")]
    [InlineData("https://0177.0.0.1/hook")]
    [InlineData("https://017700000001/hook")]
    [InlineData("https://127.0.0.1./hook")]
    [InlineData("https://0/")]
    [InlineData("https://10.1.2.3:8443/hook")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://[::1]/hook")]
    [InlineData("https://[0:0:0:0:0:0:0:1]/hook")]
    [InlineData("https://[::ffff:127.0.0.1]/hook")]
    [InlineData("https://[::ffff:7f00:1]/hook")]
    [InlineData("https://[fe80::1%25eth0]/hook")]
    [InlineData("https://[fd00:ec2::254]/")]
    [InlineData("https://[2002:7f00:1::]/")]
    [InlineData("https://[64:ff9b::10.0.0.1]/")]
    [InlineData("https://localhost/hook")]
    [InlineData("https://LOCALHOST./hook")]
    [InlineData("https://api.localhost/hook")]
    [InlineData("https://printer.local/hook")]
    [InlineData("https://metadata.google.internal/")]
    [InlineData("https://redis/")]
    [InlineData("https://１２７.0.0.1/")]
    [InlineData("https://①②⑦.⓪.⓪.①/")]
    [InlineData("https://127。0。0。1/")]
    [InlineData("https://example.0x7f/")]
    public void Local_target_is_refused_in_any_notation_unless_allowed(string url)
        => TargetUrl.Refuse(url, allowPrivate: false, requireHttps: true).ShouldNotBeNull();

    [Theory]
    [InlineData("https://127.0.0.1/hook")]
    [InlineData("https://[::1]:8443/hook")]
    [InlineData("https://localhost:5000/hook")]
    [InlineData("https://redis:8080/")]
    public void Local_target_is_taken_where_it_is_allowed(string url)
        => TargetUrl.Refuse(url, allowPrivate: true, requireHttps: false).ShouldBeNull();

    [Theory]
    [InlineData("https://example.com/hook?a=1&b=%20")]
    [InlineData("https://example.com:8443/")]
    [InlineData("https://1.1.1.1/hook")]
    [InlineData("https://[2606:4700:4700::1111]/hook")]
    [InlineData("https://bücher.example/hook")]
    [InlineData("https://hooks.slack.com/services/T000/B000/XXXX")]
    public void Public_target_is_taken(string url) => TargetUrl.Refuse(url, allowPrivate: false, requireHttps: true).ShouldBeNull();

    [Theory]
    [InlineData("")]
    [InlineData("example.com/hook")]
    [InlineData("/hook")]
    [InlineData("ftp://example.com/hook")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://example.com/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://")]
    [InlineData("https:///hook")]
    [InlineData("https://example.com/a b")]
    [InlineData("https://example.com/\r\nX-Injected: 1")]
    [InlineData("https://example.com/\n")]
    [InlineData(" https://example.com/")]
    [InlineData("https://example.com\\@127.0.0.1/")]
    [InlineData("https://user:password@example.com/")]
    [InlineData("https://example.com/#fragment")]
    [InlineData("https://example.com:0/")]
    [InlineData("https://example.com:22/")]
    [InlineData("https://example.com:25/")]
    [InlineData("https://example.com:6667/")]
    [InlineData("https://example.com:70000/")]
    public void What_is_no_plain_web_address_is_refused_everywhere(string url)
    {
        TargetUrl.Refuse(url, allowPrivate: false, requireHttps: true).ShouldNotBeNull();
        TargetUrl.Refuse(url, allowPrivate: true, requireHttps: false).ShouldNotBeNull();
    }

    [Fact]
    public void Http_is_refused_where_https_is_required()
    {
        TargetUrl.Refuse("http://example.com/", allowPrivate: false, requireHttps: true).ShouldNotBeNull();
        TargetUrl.Refuse("http://example.com/", allowPrivate: false, requireHttps: false).ShouldBeNull();
    }

    [Fact]
    public void Very_long_url_is_refused() => TargetUrl.Refuse($"https://example.com/{new string('a', 2048)}", allowPrivate: false, requireHttps: true).ShouldNotBeNull();
}
