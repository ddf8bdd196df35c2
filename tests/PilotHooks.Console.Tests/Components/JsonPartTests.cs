using System.Text.Json;
using PilotHooks.Console.Components.Shared;

namespace PilotHooks.Console.Tests.Components;

public sealed class JsonPartTests
{
    [Fact]
    public void Names_strings_and_numbers_keep_their_own_characters()
    {
        var whole = JsonPart.Parse("""{"a\u0062":"\u00e9\/\"","n":1.50e+03,"list":[true,null,{}]}""").ShouldNotBeNull();

        whole.Kind.ShouldBe(JsonTokenType.StartObject);
        whole.Parts.ShouldNotBeNull().Select(part => (part.Name, part.Raw)).ShouldBe([(@"a\u0062", @"""\u00e9\/\"""""), ("n", "1.50e+03"), ("list", "")]);
        whole.Parts![2].Parts.ShouldNotBeNull().Select(part => part.Raw).ShouldBe(["true", "null", ""]);
        whole.Parts[2].Parts![2].Parts.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("not json")]
    public void Text_that_is_no_json_is_none(string text) => JsonPart.Parse(text).ShouldBeNull();
}
