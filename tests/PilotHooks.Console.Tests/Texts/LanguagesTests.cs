using System.Globalization;
using PilotHooks.Console.Texts;

namespace PilotHooks.Console.Tests.Texts;

public sealed class LanguagesTests
{
    [Theory]
    [InlineData("en", null, "pt-BR")]
    [InlineData("pt-BR", null, "en")]
    [InlineData("pt-BR", "pt-BR")]
    [InlineData("pt-BR", "pt")]
    [InlineData("pt-BR", "PT-pt")]
    [InlineData("en", "en-GB", "pt-BR")]
    [InlineData("pt-BR", "de", "pt", "en")]
    [InlineData("en", "de")]
    [InlineData("en", "*")]
    [InlineData("en")]
    public void Language_is_the_chosen_one_else_the_first_that_the_browser_asks_for(string expected, params string?[] accepted)
    {
        // A leading null stands for a choice of the expected language.
        var chosen = accepted is [null, ..] ? expected : "xx";

        Languages.Choose(chosen, accepted.OfType<string>()).Name.ShouldBe(expected);
    }

    [Fact]
    public void Numbers_are_written_as_the_language_does()
    {
        1234.5.ToString("N1", Languages.English).ShouldBe("1,234.5");
        1234.5.ToString("N1", Languages.Portuguese).ShouldBe("1.234,5");
        (0.125).ToString("P1", Languages.Portuguese).ShouldContain("12,5");
        Languages.Portuguese.ShouldNotBe(CultureInfo.InvariantCulture);
    }
}
