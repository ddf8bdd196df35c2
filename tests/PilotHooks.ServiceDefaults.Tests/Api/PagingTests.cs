using Microsoft.AspNetCore.Http;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.ServiceDefaults.Tests.Api;

public sealed class PagingTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("", 50)]
    [InlineData("?limit=", 50)]
    [InlineData("?limit=&cursor=", 50)]
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
    [InlineData("?cursor=MTc3MjM2NjQwMDAwMDAwMDB8bXNnXzE")] // time|key: of the version before
    [InlineData("?cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTl8eQ")] // a time past all times
    [InlineData("?cursor=fDF8AA")] // |1| and NUL
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
        var next = (await BindAsync("")).Next(cursor);

        (await BindAsync($"?cursor={next}")).After.ShouldBe(cursor);
        (await BindAsync($"?cursor={next}&limit=3")).After.ShouldBe(cursor);
    }

    [Theory]
    [InlineData("?status=sent&numberId=n", "?numberId=n&limit=7&Status=sent")]
    [InlineData("?status=&direction=", "")]
    [InlineData("", "?limit=&content=false&include=uptime&hours=24&slots=9")]
    public async Task Cursor_is_good_for_the_same_filters_however_they_stand(string given, string asked)
        => (await BindAsync($"{asked}{(asked.Length == 0 ? '?' : '&')}cursor={(await BindAsync(given)).Next(new Cursor(At, "k"))}")).After.ShouldBe(new Cursor(At, "k"));

    [Theory]
    [InlineData("?status=sent", "?status=failed", "/v1/messages", null)]
    [InlineData("?status=sent", "", "/v1/messages", null)]
    [InlineData("", "?status=sent", "/v1/messages", null)]
    [InlineData("?status=sent", "?direction=sent", "/v1/messages", null)]
    [InlineData("?order=oldest", "?order=newest", "/v1/messages", null)]
    [InlineData("", "", "/v1/calls", null)]
    [InlineData("", "", "/v1/messages", "cmm_1")]
    public async Task Cursor_of_another_list_other_filters_or_another_number_is_a_400(string given, string asked, string path, string? number)
    {
        var next = (await BindAsync(given)).Next(new Cursor(At, "k"));

        (await Should.ThrowAsync<BadHttpRequestException>(() => BindAsync($"{asked}{(asked.Length == 0 ? '?' : '&')}cursor={next}", path, number))).StatusCode.ShouldBe(400);
    }

    [Fact]
    public async Task Cursor_of_another_zone_is_the_same_moment()
        => (await BindAsync($"?cursor={(await BindAsync("")).Next(new Cursor(At.ToOffset(TimeSpan.FromHours(-3)), "k"))}")).After!.At.ShouldBe(At);

    [Fact]
    public async Task Page_has_a_next_one_when_there_was_a_row_too_many()
    {
        var rows = Enumerable.Range(1, 4).ToList();
        var page = (await BindAsync("?limit=3")).ToPage(rows, row => new Cursor(At, $"{row}"), row => $"item {row}");

        page.Items.ShouldBe(["item 1", "item 2", "item 3"]);
        (await BindAsync($"?cursor={page.Next}")).After!.Key.ShouldBe("3");
    }

    [Fact]
    public void Last_page_has_no_next_one()
        => new PageQuery(3, null).ToPage([1, 2, 3], row => new Cursor(At, $"{row}"), row => row).Next.ShouldBeNull();

    private static async Task<PageQuery> BindAsync(string query, string path = "/v1/messages", string? number = null)
    {
        var context = new DefaultHttpContext { Request = { Path = path, QueryString = new QueryString(query) } };
        if (number is not null)
        {
            context.Features.Set(new Caller(number));
        }

        return await PageQuery.BindAsync(context);
    }
}
