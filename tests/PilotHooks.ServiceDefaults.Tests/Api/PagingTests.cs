using Microsoft.AspNetCore.Http;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.ServiceDefaults.Tests.Api;

public sealed class PagingTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("", 50)]
    [InlineData("?limit=", 50)]
    [InlineData("?limit=1", 1)]
    [InlineData("?limit=200", 200)]
    public async Task Limit_is_1_to_200_and_50_by_default(string query, int limit)
        => (await BindAsync(query)).Limit.ShouldBe(limit);

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=201")]
    [InlineData("?limit=-1")]
    [InlineData("?limit=+5")]
    [InlineData("?limit=1.0")]
    [InlineData("?limit=ten")]
    [InlineData("?limit=99999999999999999999")]
    [InlineData("?limit=1&limit=2")]
    [InlineData("?cursor=x")]
    [InlineData("?cursor=!!!!")]
    [InlineData("?cursor=MTIz")] // 123: no key
    [InlineData("?cursor=eHx5")] // x|y: no time
    [InlineData("?cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTl8eQ")] // a time past all times
    [InlineData("?cursor=MXwA")] // 1| and NUL
    public async Task Anything_else_is_a_400(string query)
        => (await Should.ThrowAsync<BadHttpRequestException>(() => BindAsync(query))).StatusCode.ShouldBe(400);

    [Theory]
    [InlineData("msg_1")]
    [InlineData("")]
    [InlineData("a|b")]
    [InlineData("é\u4e16")]
    public async Task Cursor_names_the_row_it_was_made_from(string key)
    {
        var cursor = new Cursor(At.AddTicks(7), key);

        (await BindAsync($"?cursor={cursor}")).After.ShouldBe(cursor);
    }

    [Fact]
    public void Cursor_of_another_zone_is_the_same_moment()
        => Cursor.Parse(new Cursor(At.ToOffset(TimeSpan.FromHours(-3)), "k").ToString())!.At.ShouldBe(At);

    [Fact]
    public void Page_has_a_next_one_when_there_was_a_row_too_many()
    {
        var rows = Enumerable.Range(1, 4).ToList();
        var page = new PageQuery(3, null).ToPage(rows, row => new Cursor(At, $"{row}"), row => $"item {row}");

        page.Items.ShouldBe(["item 1", "item 2", "item 3"]);
        Cursor.Parse(page.Next!)!.Key.ShouldBe("3");
    }

    [Fact]
    public void Last_page_has_no_next_one()
        => new PageQuery(3, null).ToPage([1, 2, 3], row => new Cursor(At, $"{row}"), row => row).Next.ShouldBeNull();

    private static async Task<PageQuery> BindAsync(string query)
        => await PageQuery.BindAsync(new DefaultHttpContext { Request = { QueryString = new QueryString(query) } });
}
