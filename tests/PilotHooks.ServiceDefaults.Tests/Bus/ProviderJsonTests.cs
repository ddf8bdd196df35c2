using System.Text;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.ServiceDefaults.Tests.Bus;

public sealed class ProviderJsonTests
{
    [Theory]
    [InlineData("""{"a":"text"}""", "text")]
    [InlineData("""{"a":""}""", null)]
    [InlineData("""{"a":"\u0000"}""", null)]
    [InlineData("""{"a":"x\u0000y"}""", "xy")]
    [InlineData("""{"a":"\ud83d\ude00"}""", "\U0001F600")]
    [InlineData("""{"a":"\ud83d \"q\" \\ \/ \t\u0041"}""", "\uFFFD \"q\" \\ / \tA")]
    [InlineData("""{"a":1234567890123456789}""", "1234567890123456789")]
    [InlineData("""{"a":null}""", null)]
    [InlineData("""{"a":true}""", null)]
    [InlineData("""{"a":["x"]}""", null)]
    [InlineData("""{"b":"x"}""", null)]
    [InlineData("""["a"]""", null)]
    public void Text_is_what_can_be_stored_or_not_there(string json, string? expected) => Read(json, root => root.Text("a")).ShouldBe(expected);

    [Fact]
    public void Bytes_that_are_not_utf8_are_replaced()
    {
        using var document = ProviderJson.Parse((byte[])[.. "{\"a\":\"x"u8, 0xFF, .. "y\"}"u8]);

        document.RootElement.Text("a").ShouldBe("x\uFFFDy");
    }

    [Fact]
    public void Byte_order_mark_and_depth_are_no_hindrance()
    {
        var deep = $$"""{"a":"x","b":{{new string('[', 200)}}{{new string(']', 200)}}}""";
        using var document = ProviderJson.Parse((byte[])[.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(deep)]);

        document.RootElement.Text("a").ShouldBe("x");
    }

    [Theory]
    [InlineData("""{"a":120}""", 120)]
    [InlineData("""{"a":"120"}""", 120)]
    [InlineData("""{"a":59.9}""", 59)]
    [InlineData("""{"a":-1}""", null)]
    [InlineData("""{"a":1e99}""", null)]
    [InlineData("""{"a":"soon"}""", null)]
    public void Count_is_a_whole_number_from_0_on(string json, int? expected) => Read(json, root => root.Count("a")).ShouldBe(expected);

    private static T Read<T>(string json, Func<System.Text.Json.JsonElement, T> read)
    {
        using var document = ProviderJson.Parse(Encoding.UTF8.GetBytes(json));
        return read(document.RootElement);
    }
}
