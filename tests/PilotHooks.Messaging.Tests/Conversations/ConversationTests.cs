namespace PilotHooks.Messaging.Tests.Conversations;

[Collection(MessagingCollection.Name)]
public sealed class ConversationTests(MessagingSystem system)
{
    private readonly string _number = Events.Unique("cmm");

    [Fact]
    public async Task Conversations_are_listed_by_their_latest_message()
    {
        await system.PostAsync(Events.Inbound("received", _number, $"{_number}_in_1", $"{_number}_msg_1", "2026-02-24T10:00:00.000Z"));
        await system.PostAsync(Events.Inbound("group", _number, $"{_number}_in_2", $"{_number}_msg_2", "2026-02-24T10:01:00.000Z", new { groupId = "120363@g.us", groupName = "My Group" }));
        await system.PostAsync(Events.Status("sent", _number, $"{_number}_out_1", $"{_number}_msg_3", "2026-02-24T10:02:00.000Z"));
        await system.PostAsync(Events.Status("read", _number, $"{_number}_out_1", $"{_number}_msg_3", "2026-02-24T10:03:00.000Z"));

        var items = (await system.GetAsync($"v1/conversations?numberId={_number}", page => page.Items().Length == 2 && page.Items()[0]["lastMessage"]!.Text("status") == "read"
            && page.Items()[0].Text("lastMessageAt") == "2026-02-24T10:02:00.000Z" && page.Items()[0]["name"] is not null)).Items();
        items.Select(item => item.Text("contact")).ShouldBe([Events.Contact, "120363@g.us"]);
        items.Select(item => item.Text("kind")).ShouldBe(["direct", "group"]);
        items.Select(item => item.Text("name")).ShouldBe(["WhatsApp name", "My Group"]);
        items[0].Text("numberId").ShouldBe(_number);
        items[0]["lastMessage"]!.Text("id").ShouldBe($"{_number}_out_1");
        items[0]["lastMessage"]!.AsObject().ContainsKey("replies").ShouldBeFalse();
    }

    [Fact]
    public async Task Late_sent_event_moves_its_conversation_back_to_where_it_belongs()
    {
        // Delivered at 10:05 comes first and makes the conversation the latest; the message was sent at 10:01.
        await system.PostAsync(Events.Status("delivered", _number, $"{_number}_out_1", $"{_number}_msg_1", "2026-02-24T10:05:00.000Z"));
        await system.PostAsync(Events.Inbound("received", _number, $"{_number}_in_1", $"{_number}_msg_2", "2026-02-24T10:03:00.000Z", new { from = "+5511900000002" }));
        await system.GetAsync($"v1/conversations?numberId={_number}", page => page.Items().Length == 2 && page.Items()[0].Text("contact") == Events.Contact);

        await system.PostAsync(Events.Status("sent", _number, $"{_number}_out_1", $"{_number}_msg_1", "2026-02-24T10:01:00.000Z"));

        var items = (await system.GetAsync($"v1/conversations?numberId={_number}", page => page.Items()[0].Text("contact") == "+5511900000002")).Items();
        items[1].Text("lastMessageAt").ShouldBe("2026-02-24T10:01:00.000Z");
    }

    [Fact]
    public async Task Conversation_is_read_oldest_first_in_pages()
    {
        for (var i = 1; i <= 5; i++)
        {
            await system.PostAsync(i % 2 == 0
                ? Events.Status("sent", _number, $"{_number}_m_{i}", null, $"2026-02-24T10:0{i}:00.000Z")
                : Events.Inbound("received", _number, $"{_number}_m_{i}", $"{_number}_msg_{i}", $"2026-02-24T10:0{i}:00.000Z"));
        }

        var path = $"v1/conversations/{_number}/{Uri.EscapeDataString(Events.Contact)}?limit=3";
        var first = await system.GetAsync(path, page => page.Items().Length == 3 && page.Items()[2].Text("id") == $"{_number}_m_3" && page["next"] is not null);
        first.Items().Select(item => item.Text("id")).ShouldBe([$"{_number}_m_1", $"{_number}_m_2", $"{_number}_m_3"]);
        var second = await system.GetAsync($"{path}&cursor={first.Text("next")}", page => page.Items().Length == 2);
        second.Items().Select(item => item.Text("id")).ShouldBe([$"{_number}_m_4", $"{_number}_m_5"]);
        (await system.GetAsync($"v1/conversations/{_number}/5511999999999", page => page.Items().Length == 5)).Text("next").ShouldBeNull();
    }

    [Fact]
    public async Task Conversations_are_paged_by_cursor()
    {
        for (var i = 1; i <= 5; i++)
        {
            await system.PostAsync(Events.Inbound("received", _number, $"{_number}_m_{i}", $"{_number}_msg_{i}", $"2026-02-24T10:0{i % 3}:00.000Z", new { from = $"+551190000000{i}" }));
        }

        await system.GetAsync($"v1/conversations?numberId={_number}", page => page.Items().Length == 5);
        var contacts = new List<string?>();
        string? cursor = null;
        do
        {
            var page = await system.GetAsync($"v1/conversations?numberId={_number}&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            contacts.AddRange(page.Items().Select(item => item.Text("contact")));
            cursor = page.Text("next");
        }
        while (cursor is not null);

        contacts.ShouldBe(["+5511900000005", "+5511900000002", "+5511900000004", "+5511900000001", "+5511900000003"]);
    }

    [Fact]
    public async Task Conversation_of_an_unknown_number_is_found_under_a_dash()
    {
        var phone = $"+91{Random.Shared.NextInt64(1_000_000_000, 9_999_999_999)}";
        await system.PostAsync(Events.Envelope("message.incoming", new { id = Events.Unique("wamid."), from = phone, text = new { body = "Hi" } }), "platform");

        var page = await system.GetAsync($"v1/conversations/-/{phone}", found => found.Items().Length == 1);
        page.Items()[0].Text("content").ShouldBe("Hi");
    }

    [Fact]
    public async Task Conversation_is_read_newest_first_when_asked_so()
    {
        for (var i = 1; i <= 3; i++)
        {
            await system.PostAsync(Events.Inbound("received", _number, $"{_number}_m_{i}", $"{_number}_msg_{i}", $"2026-02-24T10:0{i}:00.000Z"));
        }

        var path = $"v1/conversations/{_number}/{Events.Contact}?order=newest&limit=2";
        var first = await system.GetAsync(path, page => page["next"] is not null);
        first.Items().Select(item => item.Text("id")).ShouldBe([$"{_number}_m_3", $"{_number}_m_2"]);
        var second = await system.GetAsync($"{path}&cursor={first.Text("next")}");
        second.Items().Select(item => item.Text("id")).ShouldBe([$"{_number}_m_1"]);
        second["next"].ShouldBeNull();
    }

    [Theory]
    [InlineData("contact=5511900000002", "+5511900000002")]
    [InlineData("contact=1900000002")]
    [InlineData("search=1900000002", "+5511900000002")]
    [InlineData("search=(11) 90000-000", "+5511900000003", "+5511900000002", "+5511900000001")]
    [InlineData("search=ÂNGELA", "+5511900000003", "+5511900000001")]
    [InlineData("search=a.a")]
    [InlineData("search=padaria", "120363@g.us")]
    [InlineData("search=@G.US", "120363@g.us")]
    public async Task Conversations_are_found_by_contact_and_by_a_part_of_contact_or_name(string query, params string[] contacts)
    {
        await PostAsync(1, "+5511900000001", new { participantName = "Maria Ângela" });
        await PostAsync(2, "+5511900000002", new { participantName = "Bruno" });
        await PostAsync(3, "+5511900000003", new { participantName = "ângela" });
        await system.PostAsync(Events.Inbound("group", _number, $"{_number}_4", $"{_number}_msg_4", "2026-02-24T10:04:00.000Z", new { groupId = "120363@g.us", groupName = "Padaria da Vila" }));
        await system.GetAsync($"v1/conversations?numberId={_number}", page => page.Items().Length == 4);

        var found = await system.GetAsync($"v1/conversations?numberId={_number}&{query}");
        found.Items().Select(item => item.Text("contact")).ShouldBe(contacts);
        found["next"].ShouldBeNull();

        Task PostAsync(int place, string contact, object more)
        {
            var fields = System.Text.Json.JsonSerializer.SerializeToNode(more)!.AsObject();
            fields["from"] = contact;
            return system.PostAsync(Events.Inbound("received", _number, $"{_number}_{place}", $"{_number}_msg_{place}", $"2026-02-24T10:0{place}:00.000Z", fields));
        }
    }

    [Fact]
    public async Task Search_that_stops_half_way_goes_on_with_the_next_page()
    {
        // More contacts than a page looks at; the oldest alone has the name.
        await system.PostAsync(Events.Inbound("received", _number, $"{_number}_old", $"{_number}_msg", "2025-01-01T00:00:00.000Z", new { from = "+5511800000000", participantName = "Old friend" }));
        await system.GetAsync($"v1/conversations?numberId={_number}", page => page.Items().Length == 1);
        await FillAsync();

        var first = await system.GetAsync($"v1/conversations?numberId={_number}&search=old FRIEND");
        first.Items().ShouldBeEmpty();
        var second = await system.GetAsync($"v1/conversations?numberId={_number}&search=old FRIEND&cursor={first.Text("next")}");
        second.Items().Single().Text("contact").ShouldBe("+5511800000000");
        second["next"].ShouldBeNull();
    }

    /// <summary>As events would have left them.</summary>
    private async Task FillAsync()
    {
        await using var command = system.Database.CreateCommand("""
            INSERT INTO messages (key, number_id, direction, kind, id, "from", type, content, participant_name, is_reply, received_at, created_at, updated_at)
            SELECT gen_random_uuid(), $1, 'inbound', 'direct', $1 || i, '+55119' || lpad(i::text, 8, '0'), 'text', 'Hi', 'Contact ' || i, false, at, at, at
            FROM generate_series(1, 2500) AS i, LATERAL (SELECT timestamptz '2026-01-01' + i * interval '1 s' AS at) AS t;
            """);
        command.Parameters.Add(new() { Value = _number });
        await command.ExecuteNonQueryAsync();
        await using var conversations = system.Database.CreateCommand(
            "INSERT INTO conversations (number_id, contact, last_message_at) SELECT number_id, contact, created_at FROM messages WHERE number_id = $1 ON CONFLICT DO NOTHING");
        conversations.Parameters.Add(new() { Value = _number });
        await conversations.ExecuteNonQueryAsync();
    }
}
