using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using PilotHooks.Console.Tests.Support;

namespace PilotHooks.Console.Tests.Components.Messages;

[Collection(ConsoleCollection.Name)]
public sealed partial class EarlierTests(ConsoleFixture fixture) : IDisposable
{
    private readonly ConcurrentQueue<string> _pages = new();

    public void Dispose() => fixture.Messaging.Answer = fixture.OtherMessaging.Answer = fixture.Numbers.Answer = null;

    [Fact]
    public async Task Earlier_messages_are_asked_for_by_a_cursor_with_the_filters_that_it_belongs_to()
    {
        fixture.Messaging.Answer = fixture.OtherMessaging.Answer = AnswerAsync;
        fixture.Numbers.Answer = context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync("""{"items":[],"next":null}""");
        };
        using var browser = await BrowserClient.SignedInAsync(fixture.First);

        var around = await browser.Http.GetStringAsync("/messages/cmm0earlier/%2B5511955500010?at=m1");
        var link = WebUtility.HtmlDecode(Earlier().Match(around).Groups["href"].Value);
        (await browser.Http.GetStringAsync(link)).ShouldContain("id=\"earlier\"");

        var given = _pages.First(query => query.Contains("until=", StringComparison.Ordinal));
        var asked = _pages.Single(query => query.Contains("cursor=the-next", StringComparison.Ordinal));
        Until().Match(asked).Value.ShouldBe(Until().Match(given).Value);
    }

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        context.Response.ContentType = "application/json";
        const string Message = """{"id":"m1","numberId":"cmm0earlier","direction":"inbound","kind":"direct","from":"+5511955500010","status":"received","createdAt":"2026-03-01T12:00:00.000Z","updatedAt":"2026-03-01T12:00:00.000Z"}""";
        if (path.StartsWith("/v1/messages/", StringComparison.Ordinal))
        {
            return context.Response.WriteAsync(Message);
        }

        if (path.StartsWith("/v1/conversations/", StringComparison.Ordinal))
        {
            _pages.Enqueue(context.Request.QueryString.Value!);
        }

        return context.Response.WriteAsync($$"""{"items":[{{(path == "/v1/conversations" ? "" : Message)}}],"next":{{(context.Request.Query.ContainsKey("until") ? "\"the-next\"" : "null")}}}""");
    }

    [GeneratedRegex("id=\"earlier\" href=\"(?<href>[^\"]+)\"")]
    private static partial Regex Earlier();

    [GeneratedRegex("until=[^&]+")]
    private static partial Regex Until();
}
