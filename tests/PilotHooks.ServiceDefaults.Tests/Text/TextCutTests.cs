using PilotHooks.ServiceDefaults.Text;

namespace PilotHooks.ServiceDefaults.Tests.Text;

public sealed class TextCutTests
{
    [Theory]
    [InlineData("short", 5, "short")]
    [InlineData("longer", 5, "long…")]
    [InlineData("ab\U0001F600cd", 5, "ab\U0001F600…")]
    [InlineData("ab\U0001F600cd", 4, "ab…")]
    // A family is one character of eleven units, a flag one of four, a letter with its accent one of two.
    [InlineData("a\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466z", 10, "a…")]
    [InlineData("\U0001F1E7\U0001F1F7\U0001F1E7\U0001F1F7", 7, "\U0001F1E7\U0001F1F7…")]
    [InlineData("cafe\u0301s", 5, "caf…")]
    [InlineData("\U0001F44D\U0001F3FDok", 5, "\U0001F44D\U0001F3FD…")]
    public void Cut_keeps_whole_characters(string text, int maxLength, string expected)
        => TextCut.Cut(text, maxLength).ShouldBe(expected);

    [Fact]
    public void Cut_ends_in_the_given_mark_within_the_length()
        => TextCut.Cut(new string('x', 20), 10, "...").ShouldBe("xxxxxxx...");

    [Fact]
    public void Cut_keeps_the_beginning_of_a_character_that_is_longer_than_the_whole_length()
        => TextCut.Cut("e" + new string('\u0301', 100), 10).ShouldBe("e" + new string('\u0301', 8) + "…");
}
