using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PilotHooks.TestSupport;

namespace PilotHooks.Messaging.Tests.Messages;

[Collection(MessagingCollection.Name)]
public sealed class MessageListTests(MessagingSystem system)
{
    private readonly string _number = Events.Unique("cmm");

    [Fact]
    public async Task List_is_newest_first_and_without_replies()
    {
        await PostSentAsync(1, 2, 3);

        var items = (await ListAsync("", 3)).Items();
        items.Select(item => item.Text("id")).ShouldBe([Id(3), Id(2), Id(1)]);
        items[0].ContainsKey("replies").ShouldBeFalse();
        items[0].ContainsKey("inReplyTo").ShouldBeTrue();
    }

    [Fact]
    public async Task Filters_narrow_the_list()
    {
        await PostSentAsync(1, 2);
        await system.PostAsync(Events.Status("failed", _number, Id(3), null, At(3), new { to = "+5511900000001" }));
        await system.PostAsync(Events.Inbound("received", _number, Id(4), Events.Unique("in"), At(4)));
        await system.PostAsync(Events.Inbound("group", _number, Id(5), Events.Unique("in"), At(5), new { groupId = "120363@g.us" }));
        await ListAsync("", 5);

        await ShouldListAsync("&direction=inbound", 5, 4);
        await ShouldListAsync("&direction=outbound", 3, 2, 1);
        await ShouldListAsync("&status=failed", 3);
        await ShouldListAsync("&status=sent", 2, 1);
        await ShouldListAsync("&status=received", 5, 4);
        await ShouldListAsync("&status=queued");
        await ShouldListAsync("&status=failed&direction=inbound");
        await ShouldListAsync("&status=received&direction=outbound");
        await ShouldListAsync("&status=received&direction=inbound", 5, 4);
        await ShouldListAsync("&status=sent&direction=outbound", 2, 1);
        await ShouldListAsync("&contact=%2B5511999999999", 4, 2, 1);
        await ShouldListAsync("&contact=5511900000001", 3);
        await ShouldListAsync("&contact=+5511900000001", 3);
        await ShouldListAsync("&contact=120363@g.us", 5);
        await ShouldListAsync($"&since={At(2)}&until={At(4)}", 3, 2);
        await ShouldListAsync("&since=2026-02-24T18:00:05%2B03:00", 5);
        await ShouldListAsync("&since=2026-02-24T18:00:05+03:00", 5);
    }

    [Fact]
    public async Task Contact_is_found_on_all_numbers()
    {
        var contact = $"+55{Random.Shared.NextInt64(10_000_000_000, 99_999_999_999)}";
        await system.PostAsync(Events.Status("sent", _number, Id(1), null, At(1), new { to = contact }));
        await system.PostAsync(Events.Status("sent", $"{_number}b", Id(2), null, At(2), new { to = contact }));

        var page = await system.GetAsync($"v1/messages?contact={contact[1..]}", found => found.Items().Length == 2);
        page.Items().Select(item => item.Text("id")).ShouldBe([Id(2), Id(1)]);
        (await system.GetAsync($"v1/messages?contact={contact[1..]}&limit=1&cursor={(await system.GetAsync($"v1/messages?contact={contact[1..]}&limit=1")).Text("next")}"))
            .Items().Single().Text("id").ShouldBe(Id(1));
    }

    [Theory]
    [InlineData("v1/messages?limit=0")]
    [InlineData("v1/messages?limit=201")]
    [InlineData("v1/messages?limit=many")]
    [InlineData("v1/messages?cursor=nonsense")]
    [InlineData("v1/messages?cursor=MTIzfDEyMw")]
    [InlineData("v1/messages?direction=sideways")]
    [InlineData("v1/messages?status=done")]
    [InlineData("v1/messages?since=yesterday")]
    [InlineData("v1/messages?until=24.02.2026T")]
    [InlineData("v1/conversations?cursor=MTIzfDEyMw")]
    [InlineData("v1/conversations/cmm/5511999999999?order=random")]
    [InlineData("v1/forms?cursor=MTIzfDEyMw")]
    public async Task Bad_query_is_answered_400_with_a_trace_id(string path)
    {
        using var answer = await system.Api.GetAsync(new Uri(path, UriKind.Relative));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = (await answer.Content.ReadFromJsonAsync<JsonObject>())!;
        problem.Text("traceId").ShouldNotBeNullOrEmpty();
        problem.Text("detail").ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Pages_hold_every_message_once_while_others_arrive()
    {
        await PostSentAsync([.. Enumerable.Range(10, 20)]);
        await ListAsync("", 20);

        var found = new List<string?>();
        string? cursor = null;
        var later = 40;
        do
        {
            var page = await system.GetAsync($"v1/messages?numberId={_number}&limit=3{(cursor is null ? "" : $"&cursor={cursor}")}");
            found.AddRange(page.Items().Select(item => item.Text("id")));
            cursor = page.Text("next");
            await PostSentAsync(later);
            await ListAsync("&status=sent", 1 + later++ - 20);
        }
        while (cursor is not null);

        found.ShouldBe(Enumerable.Range(10, 20).Reverse().Select(Id));
    }

    [Fact]
    public async Task Messages_of_one_moment_are_paged_without_loss()
    {
        for (var i = 1; i <= 5; i++)
        {
            await system.PostAsync(Events.Status("sent", _number, Id(i), null, At(1)));
        }

        await ListAsync("", 5);
        var first = await system.GetAsync($"v1/messages?numberId={_number}&limit=3");
        var second = await system.GetAsync($"v1/messages?numberId={_number}&limit=3&cursor={first.Text("next")}");
        second["next"].ShouldBeNull();
        first.Items().Concat(second.Items()).Select(item => item.Text("id")).Order().ShouldBe(Enumerable.Range(1, 5).Select(Id));
    }

    [Fact]
    public async Task Key_of_a_number_sees_that_number_only()
    {
        var other = Events.Unique("cmm");
        await PostSentAsync(1);
        await system.PostAsync(Events.Status("sent", other, $"{Id(1)}_other", null, At(1)));
        await system.GetAsync($"v1/messages/{Id(1)}_other");
        await ListAsync("", 1);

        (await AsAsync(_number, "v1/messages")).Json!.Items().Select(item => item.Text("id")).ShouldBe([Id(1)]);
        (await AsAsync(_number, $"v1/messages?numberId={other}")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await AsAsync(_number, $"v1/messages/{Id(1)}")).Status.ShouldBe(HttpStatusCode.OK);
        (await AsAsync(_number, $"v1/messages/{Id(1)}_other")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await AsAsync(_number, $"v1/conversations/{other}/{Events.Contact}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await AsAsync(_number, $"v1/conversations?numberId={other}")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await AsAsync(_number, "v1/conversations")).Json!.Items().Single().Text("numberId").ShouldBe(_number);
        (await AsAsync(_number, $"v1/forms?numberId={other}")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Call_that_did_not_come_through_the_gateway_is_refused()
    {
        using var client = new HttpClient { BaseAddress = system.Api.BaseAddress };
        using var answer = await client.GetAsync(new Uri("v1/messages", UriKind.Relative));

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Unknown_message_is_a_404_problem()
    {
        using var answer = await system.Api.GetAsync(new Uri($"v1/messages/{Id(1)}", UriKind.Relative));

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadFromJsonAsync<JsonObject>())!.Text("traceId").ShouldNotBeNullOrEmpty();
    }

    private async Task ShouldListAsync(string query, params int[] expected)
        => (await system.GetAsync($"v1/messages?numberId={_number}{query}")).Items().Select(item => item.Text("id")).ShouldBe(expected.Select(Id), query);

    private Task<JsonObject> ListAsync(string query, int count) => system.GetAsync($"v1/messages?numberId={_number}&limit=200{query}", page => page.Items().Length == count);

    private async Task PostSentAsync(params int[] places)
    {
        foreach (var place in places)
        {
            await system.PostAsync(Events.Status("sent", _number, Id(place), null, At(place)));
        }
    }

    private async Task<(HttpStatusCode Status, JsonObject? Json)> AsAsync(string number, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.SetCaller(MessagingSystem.GatewayToken, number);
        using var answer = await system.Api.SendAsync(request);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonObject>());
    }

    private string Id(int place) => string.Create(CultureInfo.InvariantCulture, $"id_{_number}_{place:00}");

    private static string At(int second) => string.Create(CultureInfo.InvariantCulture, $"2026-02-24T15:00:{second:00}.000Z");
}
