using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using PilotHooks.Browser.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PilotHooks.Browser.Tests.Messages;

[Collection(ConsoleCollection.Name)]
public sealed class MessagesPageTests(ConsoleSystem system)
{
    /// <summary>Too short for the simulated provider.</summary>
    private const string Refused = "+123456";

    private readonly string _id = Guid.NewGuid().ToString("N");
    private readonly string _contact = $"+55119{Random.Shared.Next(10_000_000, 99_999_999)}";

    private string Number => $"num-{_id}";

    private string Thread => $"/messages/{Number}/{Uri.EscapeDataString(_contact)}";

    [Fact]
    public async Task Conversation_shows_replies_with_their_quotes_and_ticks_move_to_read_by_themselves()
    {
        await ReceiveAsync("hello", "Olá, tem pão?", DateTimeOffset.UtcNow.AddDays(-1));
        await SentAsync("sent", "offer", "Yes, fresh at nine");
        await ReplyAsync("answer", "Perfect", "offer");
        await system.ReadAsync($"/v1/messages/{_id}-answer", message => (string?)message["inReplyTo"]!["matchedBy"] == "quotedMessageId");

        await system.VisitAsync($"/messages?q={_contact[1..]}", async page =>
        {
            await page.Locator(".messages-row").First.ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Maria Souza" })).ToBeVisibleAsync();
            await Expect(page).ToHaveTitleAsync("Maria Souza · PilotHooks");
            await Expect(page.Locator(".messages-bubble")).ToHaveCountAsync(3);
            await Expect(page.Locator(".messages-day")).ToHaveTextAsync(["Yesterday", "Today"]);
            var quote = Bubble(page, "in", "answer").Locator(".messages-quote");
            await Expect(quote).ToContainTextAsync("Yes, fresh at nine");
            await quote.ClickAsync();
            await Expect(Bubble(page, "out", "offer")).ToBeInViewportAsync();

            var offer = Bubble(page, "out", "offer");
            await Expect(offer.GetByText("Sent", new() { Exact = true })).ToHaveCountAsync(1);
            await SentAsync("read", "offer", "Yes, fresh at nine");
            await Expect(offer.GetByText("Read", new() { Exact = true })).ToHaveCountAsync(1);
            await ReceiveAsync("thanks", "Thank you!", DateTimeOffset.UtcNow);
            await Expect(Bubble(page, "in", "thanks")).ToBeInViewportAsync();
            await page.ShouldBeAccessibleAsync();

            await offer.GetByRole(AriaRole.Link, new() { Name = "Details" }).ClickAsync();
            await Expect(page.GetByText($"wamid.{_id}-offer")).ToBeVisibleAsync();
            await Expect(page.Locator(".messages-steps li")).ToHaveCountAsync(2);
        });
    }

    [Fact]
    public async Task Message_is_in_the_open_conversation_within_a_second()
    {
        await ReceiveAsync("hello", "Anybody there?", DateTimeOffset.UtcNow.AddMinutes(-1));
        await SettleAsync("hello");
        await system.VisitAsync(Thread, async page =>
        {
            await ReceiveAsync("warm", "Hello?", DateTimeOffset.UtcNow);
            await Expect(page.Locator(".messages-bubble")).ToHaveCountAsync(2);

            await page.ShouldShowWithinASecondAsync(
                time => ReceiveAsync($"again-{time}", $"Hello {time}?", DateTimeOffset.UtcNow),
                "time => document.querySelectorAll('.messages-bubble').length === time + 2");
        });
    }

    [Fact]
    public async Task Reply_is_sent_by_enter_and_appears_in_its_place()
    {
        await ReceiveAsync("hello", "Anybody there?", DateTimeOffset.UtcNow.AddMinutes(-1));
        await SettleAsync("hello");
        await system.VisitAsync(Thread, async page =>
        {
            var text = page.GetByLabel("Message to Maria Souza");
            await text.FillAsync("Yes,");
            await text.PressAsync("Shift+Enter");
            await text.PressSequentiallyAsync("we are");
            await text.PressAsync("Enter");

            var sent = page.Locator(".messages-bubble.is-out");
            await Expect(sent.Locator(".messages-text")).ToHaveTextAsync("Yes,\nwe are");
            await Expect(page.GetByLabel("Message to Maria Souza")).ToHaveValueAsync("");
            await Expect(page.GetByLabel("Message to Maria Souza")).ToBeFocusedAsync();
            await Expect(sent.Locator(".is-delivered, .is-read, .is-failed")).ToHaveCountAsync(1, new() { Timeout = 15_000 });
        });
        (await system.ReadAsync($"/v1/messages?numberId={Number}&direction=outbound", _ => true))["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refused_message_says_why_and_keeps_what_was_typed(bool hasScript)
    {
        await system.VisitAsync($"/messages/{Number}/{Uri.EscapeDataString(Refused)}", async page =>
        {
            await page.GetByLabel($"Message to {Refused}").FillAsync("A long text that nobody wants to type twice");
            await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

            await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Not sent");
            await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("INVALID_DESTINATION");
            await Expect(page.GetByLabel($"Message to {Refused}")).ToHaveValueAsync("A long text that nobody wants to type twice");
            if (hasScript)
            {
                await page.ShouldBeAccessibleAsync();
            }
        }, new Viewer { HasScript = hasScript, Width = Viewer.NarrowWidth });
    }

    [Fact]
    public async Task Form_that_is_sent_twice_sends_once()
    {
        await system.VisitAsync($"/messages/new?to={Uri.EscapeDataString(_contact)}", async page =>
        {
            await page.GetByLabel("Text").FillAsync("Just once");
            // The same form again, as a double click or a reload sends it.
            var answers = await page.EvaluateAsync<string[]>("""
                async () => {
                    const form = document.querySelector('form.stack');
                    const send = () => fetch(location.href, { method: 'POST', body: new FormData(form) }).then(answer => answer.url);
                    return [await send(), await send()];
                }
                """);
            answers.ShouldAllBe(address => address.Contains("/messages/", StringComparison.Ordinal) && !address.Contains("/new", StringComparison.Ordinal));
        });
        (await system.ReadAsync($"/v1/messages?contact={Uri.EscapeDataString(_contact)}", page => page["items"]!.AsArray().Count > 0))["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task New_message_opens_its_conversation_without_script()
        => await system.VisitAsync("/messages/new", async page =>
        {
            await page.GetByLabel("From").SelectOptionAsync("cmm0mainstore");
            await page.GetByLabel("To", new() { Exact = true }).FillAsync("55 11 9" + _contact[^8..]);
            await page.GetByLabel("Text").FillAsync($"First {_id}");
            await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

            await Expect(page.Locator(".messages-bubble.is-out .messages-text")).ToHaveTextAsync($"First {_id}");
            await Expect(page.Locator("#thread-name")).ToHaveTextAsync(_contact);
        }, new Viewer { HasScript = false });

    [Fact]
    public async Task Text_is_found_and_leads_to_its_place_among_many()
    {
        var start = DateTimeOffset.UtcNow.AddHours(-2);
        for (var i = 0; i < 80; i++)
        {
            await ReceiveAsync($"m{i:00}", i == 5 ? $"The needle of {_id}" : $"Hay {i}", start.AddSeconds(i));
        }

        await SettleAsync("m79");
        await system.ReadAsync($"/v1/messages?numberId={Number}&limit=200", page => page["items"]!.AsArray().Count == 80);
        await system.VisitAsync(Thread, async page =>
        {
            // The newest page, and the one before it on top of it.
            await Expect(page.Locator(".messages-bubble")).ToHaveCountAsync(50);
            await Expect(Bubble(page, "in", "m79")).ToBeInViewportAsync();
            await ReceiveAsync("m80", "Late hay", start.AddSeconds(80));
            await Expect(Bubble(page, "in", "m80")).ToBeInViewportAsync();
            await page.GetByRole(AriaRole.Link, new() { Name = "Earlier messages" }).ClickAsync();
            await Expect(page.Locator(".messages-bubble")).ToHaveCountAsync(81);
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Earlier messages" })).ToHaveCountAsync(0);

            await page.GetByLabel("Search", new() { Exact = true }).FillAsync($"NEEDLE of {_id}");
            await page.GetByLabel("Search", new() { Exact = true }).PressAsync("Enter");
            await Expect(page.Locator(".messages-list mark")).ToHaveTextAsync($"needle of {_id}");
            await page.Locator(".messages-row").ClickAsync();
            await Expect(Bubble(page, "in", "m05")).ToBeInViewportAsync();
            await Expect(page.Locator(".messages-bubble")).ToHaveCountAsync(55);
            await page.GetByRole(AriaRole.Link, new() { Name = "Later messages" }).ClickAsync();
            await Expect(page.Locator(".messages-bubble")).ToHaveCountAsync(81);
            await Expect(page).Not.ToHaveURLAsync(new Regex("at="));
            await ReceiveAsync("m81", "Last hay", start.AddSeconds(81));
            await Expect(Bubble(page, "in", "m81")).ToHaveCountAsync(1);
        });
    }

    [Fact]
    public async Task Failure_media_and_group_are_shown_as_what_they_are_without_script()
    {
        await SentAsync("failed", "lost", "Come back soon", new() { ["error"] = "More than a day has passed.", ["errorCode"] = "META_OUTSIDE_24H_WINDOW" });
        await ReceiveAsync("file", null, DateTimeOffset.UtcNow, new()
        {
            ["type"] = "document",
            ["mediaType"] = "document",
            ["mediaLink"] = "https://media.example.com/menu.pdf",
            ["mediaFilename"] = "menu.pdf",
            ["mediaCaption"] = "Our menu",
        });
        await ReceiveAsync("like", "👍", DateTimeOffset.UtcNow.AddSeconds(1), new() { ["type"] = "reaction" });
        await SettleAsync("like");
        await SettleAsync("file");
        await SettleAsync("lost");
        await system.VisitAsync(Thread, async page =>
        {
            await Expect(Bubble(page, "out", "lost")).ToContainTextAsync("META_OUTSIDE_24H_WINDOW");
            await Expect(Bubble(page, "out", "lost").GetByText("Failed", new() { Exact = true })).ToHaveCountAsync(1);
            var file = Bubble(page, "in", "file");
            await Expect(file).ToContainTextAsync("menu.pdf");
            await Expect(file).ToContainTextAsync("Our menu");
            await Expect(file.GetByRole(AriaRole.Link, new() { Name = "Open" })).ToHaveAttributeAsync("rel", "noopener noreferrer");
            await Expect(Bubble(page, "in", "like")).ToContainTextAsync("Reacted with 👍");
        }, new Viewer { HasScript = false });
    }

    [Fact]
    public async Task Key_of_a_number_sees_its_conversations_only()
    {
        await ReceiveAsync("hello", "For this number only", DateTimeOffset.UtcNow);
        await SettleAsync("hello");
        var (_, key) = await system.CreateKeyAsync("Till", Number);
        await system.VisitAsync("/sign-in", async page =>
        {
            await page.GetByLabel("API key").FillAsync(key);
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
            await page.GotoAsync("/messages");
            await Expect(page.Locator(".messages-row")).ToHaveCountAsync(1);
            await Expect(page.Locator(".messages-row")).ToContainTextAsync("For this number only");
            await page.GotoAsync($"/messages/cmm0mainstore/{Uri.EscapeDataString(_contact)}");
            await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        }, Viewer.Stranger);
    }

    private ILocator Bubble(IPage page, string side, string id) => page.Locator($"[id='{side}-{_id}-{id}']");

    private Task SettleAsync(string id)
        => system.ReadAsync($"/v1/messages?numberId={Number}&limit=200", page => page["items"]!.AsArray().Any(item => (string?)item!["id"] == $"{_id}-{id}"));

    private Task ReceiveAsync(string id, string? content, DateTimeOffset at, JsonObject? more = null) => PostAsync("received", Inbound(id, content, at), more);

    private Task ReplyAsync(string id, string content, string original)
        => PostAsync("reply", Inbound(id, content, DateTimeOffset.UtcNow), new() { ["quotedMessageId"] = $"wamid.{_id}-{original}", ["contentReplied"] = "?" });

    private Task SentAsync(string status, string id, string content, JsonObject? more = null)
        => PostAsync(status, new
        {
            to = _contact,
            from = "+5511900000999",
            numberId = Number,
            messageId = $"wamid.{_id}-{id}",
            id = $"{_id}-{id}",
            type = "text",
            fromMe = true,
            content,
            createdAt = DateTimeOffset.UtcNow,
        }, more);

    private object Inbound(string id, string? content, DateTimeOffset at) => new
    {
        from = _contact,
        to = "+5511900000999",
        numberId = Number,
        messageId = $"in.{_id}-{id}",
        id = $"{_id}-{id}",
        type = "text",
        fromMe = false,
        content,
        participantName = "Maria Souza",
        createdAt = at,
    };

    private Task PostAsync(string name, object data, JsonObject? more)
    {
        var fields = JsonSerializer.SerializeToNode(data)!.AsObject();
        foreach (var (key, value) in more ?? [])
        {
            fields[key] = value?.DeepClone();
        }

        return system.PostAsync(new JsonObject { ["event"] = $"message.{name}", ["data"] = fields }.ToJsonString());
    }
}
