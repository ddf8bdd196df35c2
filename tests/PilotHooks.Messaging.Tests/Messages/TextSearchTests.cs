using System.Diagnostics;
using System.Globalization;

namespace PilotHooks.Messaging.Tests.Messages;

[Collection(MessagingCollection.Name)]
public sealed class TextSearchTests(MessagingSystem system)
{
    /// <summary>More messages than a page walks through.</summary>
    private const int Many = 120_000;

    private readonly string _number = Events.Unique("cmm");

    [Theory]
    [InlineData("cafe\u0301", "")]
    [InlineData("ação", "1")]
    [InlineData("AÇÃO", "1")]
    [InlineData("da pRO", "1")]
    [InlineData("100%", "2")]
    [InlineData("1.0", "")]
    [InlineData("[1]", "2")]
    [InlineData("a\\b", "2")]
    [InlineData("🙂", "3")]
    [InlineData("PHOTO of", "4")]
    [InlineData("o", "4,3,2,1")]
    [InlineData(" o ", "4,3,2,1")]
    public async Task Text_is_found_as_a_part_of_the_content_in_either_case(string text, string places)
    {
        await system.PostAsync(Events.Status("sent", _number, Id(1), null, At(1), new { content = "Cotação da Proposta" }));
        await system.PostAsync(Events.Inbound("received", _number, Id(2), Events.Unique("in"), At(2), new { content = "100% [1] ok a\\b?" }));
        await system.PostAsync(Events.Inbound("received", _number, Id(3), Events.Unique("in"), At(3), new { content = "bom\ndia 🙂" }));
        await system.PostAsync(Events.Inbound("received", _number, Id(4), Events.Unique("in"), At(4), new { content = (string?)null, type = "image", mediaCaption = "Photo of it" }));
        await system.GetAsync($"v1/messages?numberId={_number}", page => page.Items().Length == 4);

        var found = await system.GetAsync($"v1/messages?numberId={_number}&text={Uri.EscapeDataString(text)}");
        found.Items().Select(item => item.Text("id")).ShouldBe(places.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(place => Id(int.Parse(place, CultureInfo.InvariantCulture))));
        found["next"].ShouldBeNull();
    }

    [Fact]
    public async Task Text_narrows_together_with_the_other_filters()
    {
        var contact = $"+55{Random.Shared.NextInt64(10_000_000_000, 99_999_999_999)}";
        await system.PostAsync(Events.Status("sent", _number, Id(1), null, At(1), new { to = contact, content = "tea" }));
        await system.PostAsync(Events.Status("failed", _number, Id(2), null, At(2), new { to = contact, content = "Tea" }));
        await system.PostAsync(Events.Inbound("received", _number, Id(3), Events.Unique("in"), At(3), new { from = contact, content = "TEA" }));
        await system.PostAsync(Events.Status("sent", _number, Id(4), null, At(4), new { content = "tea" }));
        await system.PostAsync(Events.Status("sent", $"{_number}b", Id(5), null, At(5), new { to = contact, content = "tea" }));
        await system.GetAsync($"v1/messages?numberId={_number}b", page => page.Items().Length == 1);
        await system.GetAsync($"v1/messages?numberId={_number}", page => page.Items().Length == 4);

        await ShouldFindAsync($"v1/messages?numberId={_number}&text=tea", 4, 3, 2, 1);
        await ShouldFindAsync($"v1/messages?numberId={_number}&text=tea&direction=inbound", 3);
        await ShouldFindAsync($"v1/messages?numberId={_number}&text=tea&status=failed", 2);
        await ShouldFindAsync($"v1/messages?numberId={_number}&text=tea&since={At(2)}&until={At(4)}", 3, 2);
        await ShouldFindAsync($"v1/messages?contact={Uri.EscapeDataString(contact)}&text=tea", 5, 3, 2, 1);
        await ShouldFindAsync($"v1/messages?contact={Uri.EscapeDataString(contact)}&text=tea&limit=2", 5, 3);
        await ShouldFindAsync($"v1/conversations/{_number}/{Uri.EscapeDataString(contact)}?text=tea", 1, 2, 3);
        await ShouldFindAsync($"v1/messages?numberId={_number}&text=tea&status=received&direction=outbound");
    }

    [Fact]
    public async Task Text_that_only_the_send_without_a_number_knew_is_found()
    {
        var (id, text) = (Events.Unique("msg"), Events.Unique("text"));
        system.Provider.Next(text, FakeProvider.Accept(id, Events.Unique("corr"), "2026-02-24T15:00:00.000Z"));
        using var content = new StringContent($$"""{"text":"{{text}}","destinationNumber":"+5511999999999"}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await system.Api.PostAsync(new Uri("v1/messages/send", UriKind.Relative), content);
        await system.PostAsync(Events.Status("sent", _number, id, Events.Unique("wamid."), "2026-02-24T15:00:05.000Z", new { content = (string?)null }));

        var found = await system.GetAsync($"v1/messages?text={text.ToUpperInvariant()}", page => page.Items() is [var one] && one.Text("numberId") == _number);
        found.Items().Single().Text("id").ShouldBe(id);
    }

    [Fact]
    public async Task Text_that_is_too_long_is_answered_400()
    {
        using var answer = await system.Api.GetAsync(new Uri($"v1/messages?text={new string('a', 201)}", UriKind.Relative));

        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Pages_of_a_search_are_bounded_and_see_every_message()
    {
        await FillAsync();

        var (pages, found) = (0, new List<string?>());
        string? cursor = null;
        do
        {
            var started = Stopwatch.GetTimestamp();
            var page = await system.GetAsync($"v1/messages?numberId={_number}&text=needle&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(5));
            found.AddRange(page.Items().Select(item => item.Text("id")));
            cursor = page.Text("next");
            pages++;
        }
        while (cursor is not null);

        // One in every 25,000 has it, and so has the oldest.
        int[] expected = [100_000, 75_000, 50_000, 25_000, 1];
        found.ShouldBe(expected.Select(place => $"{_number}{place}"));
        pages.ShouldBeInRange(3, 6);
    }

    [Fact]
    public async Task Rare_text_is_found_by_the_index_on_the_first_page_however_far_back_it_is()
    {
        await FillAsync();

        // The replica looks for the index now and then.
        var page = await system.GetAsync($"v1/messages?numberId={_number}&text=nEEdle", page => page["next"] is null);
        int[] expected = [100_000, 75_000, 50_000, 25_000, 1];
        page.Items().Select(item => item.Text("id")).ShouldBe(expected.Select(place => $"{_number}{place}"));
        (await system.GetAsync($"v1/messages?numberId={_number}&text=needle&direction=inbound")).Items().Select(item => item.Text("id"))
            .ShouldBe(expected.Where(place => place % 3 == 0).Select(place => $"{_number}{place}"));
        (await system.GetAsync($"v1/conversations/{_number}/%2B5511999999999?text=needle&order=oldest")).Items().First().Text("id").ShouldBe($"{_number}1");
    }

    /// <summary>As events would have left them.</summary>
    private async Task FillAsync()
    {
        await using var command = system.Database.CreateCommand("""
            INSERT INTO messages (key, number_id, direction, kind, id, "to", type, content, is_reply, sent_at, created_at, updated_at)
            SELECT gen_random_uuid(), $1, CASE WHEN i % 3 = 0 THEN 'inbound' ELSE 'outbound' END, 'direct', $1 || i, '+5511999999999', 'text',
                CASE WHEN i = 1 OR i % 25000 = 0 THEN 'A Needle in it' ELSE 'Only hay' END, false, at, at, at
            FROM generate_series(1, $2) AS i, LATERAL (SELECT timestamptz '2026-01-01' + i * interval '1 s' AS at) AS t
            """);
        command.Parameters.Add(new() { Value = _number });
        command.Parameters.Add(new() { Value = Many });
        await command.ExecuteNonQueryAsync();
    }

    private async Task ShouldFindAsync(string path, params int[] places)
        => (await system.GetAsync(path)).Items().Select(item => item.Text("id")).ShouldBe(places.Select(Id), path);

    private string Id(int place) => $"id_{_number}_{place}";

    private static string At(int second) => string.Create(CultureInfo.InvariantCulture, $"2026-02-24T15:00:{second:00}.000Z");
}
