using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using PilotHooks.Console.Tests.Support;

namespace PilotHooks.Console.Tests.Live;

[Collection(ConsoleCollection.Name)]
public sealed class LiveTests(ConsoleFixture fixture) : IDisposable
{
    private readonly List<object> _archive = [Event("message.sent")];
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(60));
    private int _reads;

    public void Dispose()
    {
        fixture.Relay.Answer = null;
        _patience.Dispose();
    }

    [Fact]
    public async Task Stream_tells_of_new_events_with_the_names_that_were_asked_for()
    {
        fixture.Relay.Answer = AnswerAsync;
        using var browser = await BrowserClient.SignedInAsync(fixture.First);
        await using var stream = await WatchAsync(browser, "/live?topics=number.,call");
        await FollowedAsync();

        Add("message.sent", "number.connected", "calls", "number.connected");

        var update = await stream.NextAsync();
        Names(update).ShouldBe(["number.connected", "calls"], ignoreOrder: true);
        update["items"].ShouldBeNull();
    }

    [Fact]
    public async Task Stream_carries_the_events_where_a_page_asks_for_them()
    {
        fixture.Relay.Answer = AnswerAsync;
        using var browser = await BrowserClient.SignedInAsync(fixture.First);
        await using var stream = await WatchAsync(browser, "/live?items=true");
        await FollowedAsync();

        Add("number.connected");

        // A reader of the test before may still be there, to which the whole archive is news.
        var item = (await stream.NextAsync(update => Names(update).Contains("number.connected")))["items"]!.AsArray()[0]!;
        ((string)item["event"]!).ShouldBe("number.connected");
        ((string)item["source"]!).ShouldBe("whatsapp");
        ((string?)item["eventId"]).ShouldNotBeNull();
        ((string?)item["receivedAt"]).ShouldNotBeNull();
    }

    [Fact]
    public async Task Many_pages_of_one_scope_are_told_by_one_reader_and_without_any_nothing_is_read()
    {
        fixture.Relay.Answer = AnswerAsync;
        using var browser = await BrowserClient.SignedInAsync(fixture.First);
        await using (var first = await WatchAsync(browser, "/live"))
        await using (var second = await WatchAsync(browser, "/live"))
        {
            await FollowedAsync();
            Add("message.sent");
            Names(await first.NextAsync()).ShouldBe(["message.sent"]);
            Names(await second.NextAsync()).ShouldBe(["message.sent"]);
        }

        await TestSupport.Eventually.GetAsync(
            async () =>
            {
                var before = Volatile.Read(ref _reads);
                // As long as two reads would take: that nothing happens can only be waited for.
                await Task.Delay(1000);
                return Volatile.Read(ref _reads) - before;
            },
            reads => reads == 0);
    }

    [Theory]
    [InlineData(200, "{}")]
    [InlineData(200, """{"items":[{"eventId":null}]}""")]
    [InlineData(200, "nonsense")]
    [InlineData(500, "")]
    public async Task Stream_goes_on_after_whatever_the_archive_answered(int status, string body)
    {
        var odd = 0;
        fixture.Relay.Answer = context =>
        {
            if (Interlocked.Increment(ref odd) is 2 or 3)
            {
                context.Response.StatusCode = status;
                context.Response.ContentType = "application/json";
                return context.Response.WriteAsync(body);
            }

            return AnswerAsync(context);
        };
        using var browser = await BrowserClient.SignedInAsync(fixture.First);
        await using var stream = await WatchAsync(browser, "/live");
        await TestSupport.Eventually.GetAsync(() => Task.FromResult(Volatile.Read(ref odd)), asked => asked > 3);

        Add("number.recovered");

        // A reader of the test before may still be there, to which the whole archive is news.
        await stream.NextAsync(update => Names(update).Contains("number.recovered"));
    }

    [Fact]
    public async Task Most_reads_ask_for_the_last_moments_alone()
    {
        var queries = new System.Collections.Concurrent.ConcurrentQueue<string>();
        fixture.Relay.Answer = context =>
        {
            queries.Enqueue(context.Request.QueryString.Value!);
            return AnswerAsync(context);
        };
        using var browser = await BrowserClient.SignedInAsync(fixture.First);
        await using var stream = await WatchAsync(browser, "/live");

        await TestSupport.Eventually.GetAsync(() => Task.FromResult(queries.Count(query => query.Contains("since=", StringComparison.Ordinal))), reads => reads >= 3);

        queries.Count(query => !query.Contains("since=", StringComparison.Ordinal)).ShouldBeInRange(1, 2);
    }

    [Fact]
    public async Task Key_of_a_number_follows_its_number_and_ends_with_its_key()
    {
        fixture.Relay.Answer = AnswerAsync;
        var (id, key) = await fixture.First.CreateKeyAsync("cmm0live");
        using var browser = new BrowserClient(fixture.First);
        (await browser.SignInAsync(key)).StatusCode.ShouldBe(HttpStatusCode.Redirect);
        await using var stream = await WatchAsync(browser, "/live");
        await FollowedAsync();

        Add(Event("message.read", "cmm0other"));
        Add(Event("message.sent", "cmm0live"));
        Names(await stream.NextAsync()).ShouldBe(["message.sent"]);

        (await fixture.First.Client.DeleteAsync($"/v1/api-keys/{id}")).EnsureSuccessStatusCode();

        (await stream.EndsAsync()).ShouldBeTrue();
    }

    private static object Event(string name, string numberId = "cmm0live")
        => new { eventId = Guid.NewGuid(), @event = name, source = "whatsapp", numberId, receivedAt = "2026-02-24T15:00:00.000Z", traceId = (string?)null };

    private static IEnumerable<string> Names(JsonNode update) => update["names"]!.AsArray().Select(name => (string)name!);

    private void Add(params IEnumerable<string> names) => Add([.. names.Select(name => Event(name))]);

    private void Add(params object[] events)
    {
        lock (_archive)
        {
            _archive.InsertRange(0, events);
        }
    }

    private Task AnswerAsync(HttpContext context)
    {
        object[] items;
        lock (_archive)
        {
            items = [.. _archive];
        }

        Interlocked.Increment(ref _reads);
        return context.Response.WriteAsJsonAsync(new { items, next = (string?)null });
    }

    /// <summary>The first read only tells where to start.</summary>
    private Task FollowedAsync()
        => TestSupport.Eventually.GetAsync(() => Task.FromResult(Volatile.Read(ref _reads)), reads => reads > 1);

    private async Task<Stream> WatchAsync(BrowserClient browser, string path)
    {
        var answer = await browser.Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, _patience.Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        return new Stream(answer, SseParser.Create(await answer.Content.ReadAsStreamAsync(_patience.Token)).EnumerateAsync(_patience.Token).GetAsyncEnumerator());
    }

    /// <summary>An open stream and its events.</summary>
    private sealed class Stream(HttpResponseMessage answer, IAsyncEnumerator<SseItem<string>> events) : IAsyncDisposable
    {
        public async Task<JsonNode> NextAsync(Func<JsonNode, bool>? wanted = null)
        {
            while (await events.MoveNextAsync())
            {
                if (events.Current.EventType == "update" && JsonNode.Parse(events.Current.Data)! is var update && wanted?.Invoke(update) != false)
                {
                    return update;
                }
            }

            throw new EndOfStreamException();
        }

        public async Task<bool> EndsAsync()
        {
            while (await events.MoveNextAsync())
            {
            }

            return true;
        }

        public async ValueTask DisposeAsync()
        {
            answer.Dispose();
            await events.DisposeAsync();
        }
    }
}
