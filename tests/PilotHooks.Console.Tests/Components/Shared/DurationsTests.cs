using System.Globalization;
using PilotHooks.Console.Components.Shared;

namespace PilotHooks.Console.Tests.Components.Shared;

public sealed class DurationsTests
{
    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(0.44, "0.4 ms")]
    [InlineData(48.3, "48 ms")]
    [InlineData(999.4, "999 ms")]
    [InlineData(1000, "1 s")]
    [InlineData(5240, "5.24 s")]
    [InlineData(59_940, "59.94 s")]
    [InlineData(59_990, "1 min")]
    [InlineData(155_000, "2 min 35 s")]
    [InlineData(7_200_000, "2 h")]
    [InlineData(7_500_000, "2 h 5 min")]
    [InlineData(97_200_000, "1 d 3 h")]
    public void Duration_is_written_with_what_matters_of_it(double milliseconds, string text)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        Durations.Text(milliseconds).ShouldBe(text);
    }
}
