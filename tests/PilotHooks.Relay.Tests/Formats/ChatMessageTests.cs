using PilotHooks.Relay.Formats;

namespace PilotHooks.Relay.Tests.Formats;

public sealed class ChatMessageTests
{
    private const string Dangerous = """{"event":"message.received","data":{"from":"+5511999999999","content":"<!channel> a & b > c <https://evil|click>","createdAt":"2026-02-24T15:00:05.000Z"}}""";

    public static IEnumerable<object[]> Examples => ProviderExamples.PilotStatus.Concat(ProviderExamples.Platform).Select(example => new object[] { example.Event, example.Body });

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_becomes_a_message_that_names_the_event(string name, string body)
    {
        var slack = TranslationTests.Parse(WebhookFormats.Render("slack", TranslationTests.Relayed(name, body)));
        slack.EnumerateObject().Select(member => member.Name).ShouldBe(["text"]);
        slack.GetProperty("text").GetString()!.ShouldStartWith(name);

        var teams = TranslationTests.Parse(WebhookFormats.Render("teams", TranslationTests.Relayed(name, body)));
        teams.GetProperty("type").GetString().ShouldBe("message");
        var attachment = teams.GetProperty("attachments")[0];
        attachment.GetProperty("contentType").GetString().ShouldBe("application/vnd.microsoft.card.adaptive");
        var card = attachment.GetProperty("content");
        card.GetProperty("type").GetString().ShouldBe("AdaptiveCard");
        card.GetProperty("body")[0].GetProperty("inlines")[0].GetProperty("text").GetString().ShouldBe(name);
    }

    [Fact]
    public void Slack_reads_no_markup_out_of_a_message()
        => TranslationTests.Parse(WebhookFormats.Render("slack", TranslationTests.Relayed("message.received", Dangerous))).GetProperty("text").GetString()
            .ShouldBe("message.received (from +5511999999999): &lt;!channel&gt; a &amp; b &gt; c &lt;https://evil|click&gt;");

    [Fact]
    public void Teams_shows_a_message_in_runs_that_know_no_markup()
    {
        var card = TranslationTests.Parse(WebhookFormats.Render("teams", TranslationTests.Relayed("message.received", Dangerous)))
            .GetProperty("attachments")[0].GetProperty("content");

        card.GetProperty("body").EnumerateArray().ShouldAllBe(line => line.GetProperty("type").GetString() == "RichTextBlock");
        card.GetProperty("body")[2].GetProperty("inlines")[0].GetProperty("text").GetString().ShouldBe("<!channel> a & b > c <https://evil|click>");
    }

    [Fact]
    public void Long_text_is_cut()
    {
        var body = $$"""{"event":"message.received","data":{"content":"{{new string('x', 10_000)}}"} }""";

        WebhookFormats.Render("slack", TranslationTests.Relayed("message.received", body)).Length.ShouldBeLessThan(2200);
    }
}
