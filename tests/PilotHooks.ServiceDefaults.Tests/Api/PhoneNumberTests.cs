using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.ServiceDefaults.Tests.Api;

public sealed class PhoneNumberTests
{
    [Theory]
    [InlineData("5511999999999", "+5511999999999")]
    [InlineData("+5511999999999", "+5511999999999")]
    [InlineData(" 5511999999999", "+5511999999999")]
    [InlineData("+55 (11) 99999-9999", "+5511999999999")]
    [InlineData("5511999999999@s.whatsapp.net", "+5511999999999")]
    [InlineData("5511999999999:12@s.whatsapp.net", "+5511999999999")]
    [InlineData("US.13491208655302741918", "US.13491208655302741918")]
    [InlineData("120363123456789012@g.us", "120363123456789012@g.us")]
    [InlineData("123456789012345678901", "123456789012345678901")]
    [InlineData("somebody", "somebody")]
    [InlineData("+", "+")]
    [InlineData("  ", null)]
    [InlineData(null, null)]
    public void Party_has_one_form(string? given, string? expected) => PhoneNumber.Normalise(given).ShouldBe(expected);
}
