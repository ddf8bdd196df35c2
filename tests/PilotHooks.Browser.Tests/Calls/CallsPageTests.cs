using System.Globalization;
using System.Text.Json;
using Microsoft.Playwright;
using PilotHooks.Browser.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace PilotHooks.Browser.Tests.Calls;

[Collection(ConsoleCollection.Name)]
public sealed class CallsPageTests(ConsoleSystem system)
{
    private readonly string _callId = $"call_{Guid.NewGuid():N}";
    private readonly string _wacid = $"wacid.{Guid.NewGuid():N}/+==";
    private readonly string _contact = $"55219{Random.Shared.Next(10_000_000, 99_999_999).ToString(CultureInfo.InvariantCulture)}";

    [Fact]
    public async Task Missed_call_stands_above_all_others_as_it_happens()
        => await system.VisitAsync("/calls", async page =>
        {
            var now = DateTimeOffset.UtcNow;
            await PostAsync("call.ringing", "RINGING", now);
            await PostAsync("call.missed", "MISSED", now.AddSeconds(1));

            var row = page.Locator("#calls-missed").Locator($"tr[data-key='{_callId}']");
            await Expect(row).ToContainTextAsync(_contact);
            await row.GetByRole(AriaRole.Link).First.ClickAsync();
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync($"Call with +{_contact}");
            await Expect(page.Locator(".calls-timeline li").Last).ToContainTextAsync("Missed");
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_is_drawn_step_by_step_and_shows_what_is_sensitive_only_on_demand(bool hasScript)
    {
        const string secret = "ice-pwd:of-this-test";
        var start = DateTimeOffset.UtcNow.AddMinutes(-10);
        await PostAsync("call.ringing", "RINGING", start);
        await PostAsync("call.connected", "ACCEPTED", start.AddSeconds(5));
        await PostAsync("call.ended", "COMPLETED", start.AddSeconds(130), duration: 125);
        await system.PostAsync(JsonSerializer.Serialize(new
        {
            messaging_product = "whatsapp",
            calls = new[] { new { id = _wacid, from = _contact, to = "5511900000101", @event = "connect", timestamp = $"{start.ToUnixTimeSeconds()}", direction = "USER_INITIATED", session = new { sdp_type = "offer", sdp = $"v=0\na={secret}" } } },
        }));
        await system.ReadAsync($"/v1/calls?contact={_contact}", page => page["items"]!.AsArray() is [{ } call] && (int)call["signals"]! == 1 && call["endedAt"] is not null);

        await system.VisitAsync($"/calls/{Uri.EscapeDataString(_wacid)}", async page =>
        {
            var steps = page.Locator(".calls-timeline li");
            await Expect(steps).ToHaveCountAsync(3);
            await Expect(steps.Nth(0)).ToContainTextAsync("for 0:05");
            await Expect(steps.Nth(1)).ToContainTextAsync("for 2:05");
            await Expect(page.Locator(".calls-signals li")).ToContainTextAsync("session description (offer)");
            (await page.ContentAsync()).ShouldNotContain(secret);

            await page.GetByRole(AriaRole.Link, new() { Name = "Show session descriptions" }).ClickAsync();
            await Expect(page.Locator("dialog[open]")).ToContainTextAsync("credentials");
            (await page.ContentAsync()).ShouldNotContain(secret);
            await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Show session descriptions" }).ClickAsync();

            await Expect(page.GetByText(secret)).ToBeVisibleAsync();
            if (hasScript)
            {
                await page.ShouldBeAccessibleAsync();
            }

            await page.GetByRole(AriaRole.Link, new() { Name = "Hide them" }).ClickAsync();
            await Expect(page.GetByText(secret)).ToHaveCountAsync(0);
        }, new Viewer { HasScript = hasScript });
    }

    [Fact]
    public async Task Session_description_is_said_to_be_gone_when_it_is_not_kept()
    {
        var start = DateTimeOffset.UtcNow.AddMinutes(-10);
        await system.PostAsync(JsonSerializer.Serialize(new
        {
            messaging_product = "whatsapp",
            // The same to the page as one that was erased: its type is known, and nothing else.
            calls = new[] { new { id = _wacid, from = _contact, to = "5511900000101", @event = "connect", timestamp = $"{start.ToUnixTimeSeconds()}", direction = "USER_INITIATED", session = new { sdp_type = "offer" } } },
        }));
        await system.ReadAsync($"/v1/calls?contact={_contact}", page => page["items"]!.AsArray().Count == 1);

        await system.VisitAsync($"/calls/{Uri.EscapeDataString(_wacid)}", async page =>
        {
            await page.GetByRole(AriaRole.Link, new() { Name = "Show session descriptions" }).ClickAsync();
            await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Show session descriptions" }).ClickAsync();

            await Expect(page.Locator(".calls-signals li")).ToContainTextAsync("It is no longer kept.");
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Hide them" })).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task Permission_of_a_contact_is_looked_up_with_its_calls()
    {
        await system.PostAsync(JsonSerializer.Serialize(new { @event = "call.permission_updated", status = "TEMPORARY", from = _contact, to = "5511900000101", timestamp = DateTimeOffset.UtcNow.UtcDateTime.ToString("O") }));
        await PostAsync("call.ringing", "RINGING", DateTimeOffset.UtcNow);
        await system.ReadAsync($"/v1/calls?contact={_contact}", page => page["items"]!.AsArray().Count == 1);
        await system.VisitAsync("/calls", async page =>
        {
            await page.GetByLabel("Contact").FillAsync(_contact);
            await page.Keyboard.PressAsync("Enter");
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"May {_contact} be called?" })).ToBeVisibleAsync();
            await Expect(page.GetByText("For a while")).ToBeVisibleAsync();
            await Expect(page.Locator("tr[data-key]")).ToHaveCountAsync(1);
        });
        await system.VisitAsync("/calls?contact=5521900000000", page => Expect(page.GetByText("No event has told of a permission")).ToBeVisibleAsync());
    }

    private Task PostAsync(string name, string status, DateTimeOffset at, int? duration = null)
        => system.PostAsync(JsonSerializer.Serialize(new
        {
            @event = name,
            callId = _callId,
            externalCallId = _wacid,
            direction = "INBOUND",
            status,
            from = _contact,
            to = "5511900000101",
            duration,
            timestamp = at.UtcDateTime.ToString("O"),
        }));
}
