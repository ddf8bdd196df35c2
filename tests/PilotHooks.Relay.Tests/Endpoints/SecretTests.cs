using PilotHooks.Relay.Endpoints;

namespace PilotHooks.Relay.Tests.Endpoints;

public sealed class SecretTests
{
    [Theory]
    [InlineData(24, true)]
    [InlineData(32, true)]
    [InlineData(64, true)]
    [InlineData(23, false)]
    [InlineData(65, false)]
    [InlineData(0, false)]
    public void Secret_is_24_to_64_bytes(int bytes, bool valid)
        => (Secret.Parse($"whsec_{Convert.ToBase64String(new byte[bytes])}") is not null).ShouldBe(valid);

    [Theory]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8I LPZIo2LaLaSw")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\r\n")]
    [InlineData("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_!!!!9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("")]
    public void Anything_else_is_none(string text) => Secret.Parse(text).ShouldBeNull();

    [Fact]
    public void Made_secrets_are_valid_and_differ()
    {
        var (one, other) = (Secret.Make(), Secret.Make());

        Secret.Parse(one.Text)!.Key.ShouldBe(one.Key);
        one.Text.ShouldNotBe(other.Text);
    }

    [Fact]
    public void Secret_does_not_show_itself() => $"{Secret.Make()}".ShouldBe("whsec_(hidden)");
}
