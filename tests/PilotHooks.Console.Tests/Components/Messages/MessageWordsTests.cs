using PilotHooks.Console.Components.Messages;

namespace PilotHooks.Console.Tests.Components.Messages;

public sealed class MessageWordsTests
{
    [Theory]
    [InlineData("Bom dia, pão?", "PÃO", "Bom dia, |pão|?")]
    [InlineData("Bom dia", "noite", "Bom dia||")]
    [InlineData("Bom dia", null, "Bom dia||")]
    [InlineData("A long beginning that nobody needs to read, then the needle and more", "needle", "…obody needs to read, then the |needle| and more")]
    public void Snippet_shows_what_was_found_with_some_of_what_is_around_it(string content, string? text, string expected)
    {
        var (before, found, after) = MessageWords.Snippet(content, text);

        $"{before}|{found}|{after}".ShouldBe(expected);
    }

    [Fact]
    public void Snippet_of_a_long_text_is_short()
    {
        var (before, found, after) = MessageWords.Snippet(new string('a', 5000) + "needle" + new string('b', 5000), "needle");

        (before.Length + found.Length + after.Length).ShouldBeLessThan(200);
        MessageWords.Snippet(new string('a', 5000), null).Before.Length.ShouldBeLessThan(200);
    }

    [Theory]
    [InlineData("Ana Prado", "AP")]
    [InlineData("ana", "A")]
    [InlineData("Maria da Silva Souza", "MS")]
    [InlineData("🙂", null)]
    [InlineData("+55 11 99999", null)]
    [InlineData(null, null)]
    public void Initials_are_of_the_first_and_the_last_word(string? name, string? expected) => MessageWords.Initials(name).ShouldBe(expected);

    [Theory]
    [InlineData("https://media.example.com/a.pdf", true)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("data:text/html,x", false)]
    [InlineData("/a.pdf", false)]
    [InlineData(null, false)]
    public void Only_links_to_the_web_are_links(string? link, bool expected) => MessageWords.IsSafeLink(link).ShouldBe(expected);
}
