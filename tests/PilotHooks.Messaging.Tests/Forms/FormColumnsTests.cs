using System.Text;
using System.Text.Json;
using PilotHooks.Messaging.Forms;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Messaging.Tests.Forms;

public sealed class FormColumnsTests
{
    [Fact]
    public void Fields_are_named_by_the_way_to_them()
    {
        var columns = new FormColumns();
        columns.Add(Json("""{"a":{"b":{"c":1},"d":[{"e":2}]},"f":{},"g":null}"""));

        columns.Names.ShouldBe(["a.b.c", "a.d", "f", "g"]);
        columns.HasOthers.ShouldBeFalse();
    }

    [Fact]
    public void Submission_of_any_width_makes_a_table_of_bounded_width()
    {
        var wide = Json($"{{{string.Join(',', Enumerable.Range(0, 2000).Select(n => $"\"f{n}\":{n}"))}}}");
        var columns = new FormColumns();
        columns.Add(wide);
        columns.Add(Json($"{{\"{new string('x', 5000)}\":1}}"));

        columns.Names.Count().ShouldBe(500);
        var (cells, others) = columns.Spread(wide);
        cells.Length.ShouldBe(500);
        Json(others!).EnumerateObject().Count().ShouldBe(1500);
    }

    [Fact]
    public void Field_that_comes_twice_is_not_lost()
    {
        var fields = Json("""{"a":1,"a":2,"b.c":3,"b":{"c":"\ud800"}}""");
        var columns = new FormColumns();
        columns.Add(fields);

        var (cells, others) = columns.Spread(fields);
        cells.Select(cell => cell.GetRawText()).ShouldBe(["1", "3"]);
        others.ShouldBe("""{"a":2,"b.c":"\ud800"}""");
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+55 11", "'+55 11")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("＝1+1", "'＝1+1")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("\r\n=1", "\"'\r\n=1\"")]
    [InlineData("a=1", "a=1")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("a;=b", "\"a;=b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("", "")]
    public void Text_is_quoted_where_it_must_be_and_never_a_formula(string text, string cell)
        => new StringBuilder().AppendText(text).ToString().ShouldBe(cell);

    [Theory]
    [InlineData("-1.50", "-1.50")]
    [InlineData("true", "true")]
    [InlineData("null", "")]
    [InlineData("\"-1.50\"", "'-1.50")]
    [InlineData("[1,2]", "\"[1,2]\"")]
    [InlineData("\"a\\u0000\\ud800\"", "a\uFFFD")]
    public void Value_is_written_by_its_type(string json, string cell)
        => new StringBuilder().AppendJson(Json(json)).ToString().ShouldBe(cell);

    private static JsonElement Json(string text) => ProviderJson.Parse(Encoding.UTF8.GetBytes(text)).RootElement;
}
