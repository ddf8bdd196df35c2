using System.Text;
using Microsoft.Playwright;
using PilotHooks.Browser.Tests.Support;
using RabbitMQ.Client;
using static Microsoft.Playwright.Assertions;

namespace PilotHooks.Browser.Tests.DeadLetters;

[Collection(ConsoleCollection.Name)]
public sealed class DeadLettersPageTests(ConsoleSystem system)
{
    private readonly string _number = $"num-{Guid.NewGuid():N}";

    [Fact]
    public async Task Dead_letter_shows_why_and_what_and_is_put_back()
    {
        await system.FailAsync(_number, 1);
        await system.VisitAsync($"/dead-letters?numberId={_number}", async page =>
        {
            var rows = page.Locator("#letters tbody tr");
            await Expect(rows).ToHaveCountAsync(1);
            var first = await rows.First.GetAttributeAsync("data-key");
            await page.GetByRole(AriaRole.Link, new() { Name = "message.received" }).ClickAsync();
            var letter = page.Locator(".dead-letters-letter");
            await Expect(letter).ToContainTextAsync("not those of an event");
            await Expect(letter).ToContainTextAsync("Nobody reads this");

            await letter.GetByRole(AriaRole.Button, new() { Name = "Replay" }).ClickAsync();
            await Expect(page.GetByText("Replayed: it is back in its queue")).ToBeVisibleAsync();
            // It fails again, and comes back as another one.
            await Expect(page.Locator($"tr[data-key='{first}']")).ToHaveCountAsync(0);
            await Expect(rows).ToHaveCountAsync(1);
        });
    }

    [Fact]
    public async Task All_that_match_are_replayed_and_say_how_far_they_are()
    {
        const int Count = 70;
        await system.FailAsync(_number, Count);
        await system.VisitAsync($"/dead-letters?numberId={_number}", async page =>
        {
            await page.GetByRole(AriaRole.Link, new() { Name = "Replay those shown" }).ClickAsync();
            await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Replay all" }).ClickAsync();

            await Expect(page.Locator("#replay progress")).ToHaveAttributeAsync("max", $"{Count}");
            await Expect(page.GetByText("Replay done")).ToBeVisibleAsync();
            await Expect(page.Locator("#replay")).ToContainTextAsync($"{Count} of {Count}");
            await Expect(page.Locator("#replay progress")).ToHaveAttributeAsync("value", $"{Count}");
        });
    }
}

internal static class DeadLetters
{
    /// <summary>Puts messages that no consumer can read into a queue, and waits until they are dead letters.</summary>
    public static async Task FailAsync(this ConsoleSystem system, string numberId, int count)
    {
        await using (var connection = await new ConnectionFactory { Uri = new Uri(await system.BrokerAsync()) }.CreateConnectionAsync())
        {
            await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
            for (var index = 0; index < count; index++)
            {
                var properties = new BasicProperties
                {
                    Persistent = true,
                    MessageId = Guid.NewGuid().ToString(),
                    ContentType = "application/vnd.pilothooks.event+json",
                    Headers = new Dictionary<string, object?> { ["kind"] = "NoKindThatThereIs", ["event"] = "message.received", ["source"] = "whatsapp", ["number-id"] = numberId },
                };
                await channel.BasicPublishAsync("", "messaging-inbound", mandatory: true, properties, Encoding.UTF8.GetBytes("""{"event":"message.received","data":{"content":"Nobody reads this"}}"""));
            }
        }

        await system.ReadAsync($"/v1/dead-letters?limit=200&numberId={numberId}", page => page["items"]!.AsArray().Count == count);
    }
}
