using System.Text;
using PilotHooks.Ingress.Numbers;

namespace PilotHooks.Ingress.Tests.Numbers;

public class PhoneTests
{
    [Theory]
    [InlineData("+5511888888888", 5511888888888)]
    [InlineData("5511888888888", 5511888888888)]
    [InlineData("+1", 0)]
    [InlineData("", 0)]
    [InlineData("+", 0)]
    [InlineData("++5511888888888", 0)]
    [InlineData("5511888888888@s.whatsapp.net", 0)]
    [InlineData("BR.13491208655302741918", 0)]
    [InlineData("1234567890123456", 0)]
    public void Phone_is_its_digits_with_or_without_plus(string text, long digits)
        => Phone.Parse(Encoding.UTF8.GetBytes(text)).Digits.ShouldBe((ulong)digits);
}
