using System.Net;
using PilotHooks.Contracts;
using PilotHooks.Ingress.Tests.Webhooks;
using StackExchange.Redis;
using static PilotHooks.Ingress.Tests.ProviderExamples;
using static PilotHooks.Ingress.Tests.Webhooks.WebhookEndpointTests;

namespace PilotHooks.Ingress.Tests.Deduplication;

[Collection(IngressCollection.Name)]
public class DuplicateTests(IngressFixture ingress)
{
    [Fact]
    public async Task Repetition_is_answered_as_duplicate_with_the_same_id_and_published_once()
    {
        var body = Message("message.received", id: NewId());
        var first = await ingress.Client.PostOkAsync(body);
        var second = await ingress.Client.PostOkAsync(body);
        var third = await ingress.Client.PostOkAsync(body);

        first.Status.ShouldBe("accepted");
        second.ShouldBe(("duplicate", first.EventId));
        third.ShouldBe(("duplicate", first.EventId));
        await ingress.Queues.SettleAsync(ingress.Client);
        ingress.Queues.Of(first.EventId).Select(message => message.Queue).ShouldBe([Queues.MessagingInbound, Queues.RelayArchive], ignoreOrder: true);
    }

    [Fact]
    public async Task Retry_of_what_the_version_before_accepted_is_a_duplicate_under_its_former_id()
    {
        var (body, other) = (Message("message.received", id: NewId()), Message("message.group", id: null, messageId: NewId()));
        var former = EventParserTests.Parse(body).FormerEventId;
        await using var redis = await ConnectionMultiplexer.ConnectAsync(ingress.Redis);
        await redis.GetDatabase().StringSetAsync($"pilothooks:seen:{former:N}", "d");

        (await ingress.Client.PostOkAsync(body)).ShouldBe(("duplicate", former));
        (await ingress.Client.PostOkAsync(body)).ShouldBe(("duplicate", former));
        await ingress.Client.AcceptAsync(other);
        // What a replica of the version before has in hand is not durable yet.
        var inHand = Message("message.received", id: NewId());
        await redis.GetDatabase().StringSetAsync($"pilothooks:seen:{EventParserTests.Parse(inHand).FormerEventId:N}", "c");
        await ingress.Client.AcceptAsync(inHand);
    }

    [Fact]
    public async Task Fifty_at_once_over_two_replicas_are_one_event()
    {
        await using var replica = await ingress.StartReplicaAsync();
        // So that neither meets its broker for the first time.
        await replica.Client.AcceptAsync(Message("message.received", id: NewId()));
        await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));

        var body = Message("message.received", id: NewId());
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => (i % 2 == 0 ? ingress.Client : replica.Client).PostOkAsync(body)));

        answers.Select(answer => answer.EventId).Distinct().ShouldHaveSingleItem();
        answers.Count(answer => answer.Status == "accepted").ShouldBe(1);
        await ingress.Queues.SettleAsync(ingress.Client);
        ingress.Queues.Of(answers[0].EventId).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Status_events_of_one_message_are_all_accepted()
    {
        var id = NewId();
        foreach (var name in new[] { "message.sent", "message.delivered", "message.read", "message.failed" })
        {
            await ingress.Client.AcceptAsync(Message(name, id: id));
        }
    }

    [Fact]
    public async Task Source_over_its_limit_is_told_when_to_come_again_over_all_replicas()
    {
        await using var replica = await ingress.StartReplicaAsync();
        var responses = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
            (i % 2 == 0 ? ingress.Client : replica.Client).PostAsync("limited", Message("message.sent", id: NewId()))));

        var refused = responses.Where(response => response.StatusCode == HttpStatusCode.TooManyRequests).ToList();
        responses.Count(response => response.StatusCode == HttpStatusCode.OK).ShouldBe(40 - refused.Count);
        // The bucket's capacity, and what flows into it while the requests do.
        refused.Count.ShouldBeGreaterThan(10);
        foreach (var response in refused)
        {
            (await response.ReadProblemAsync(HttpStatusCode.TooManyRequests)).ShouldContain("5 requests per second");
            response.Headers.RetryAfter?.Delta.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.Zero);
        }
    }

    [Fact]
    public async Task Sources_without_a_limit_are_not_held_up()
    {
        var responses = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => ingress.Client.PostAsync("whatsapp", Message("message.sent", id: NewId()))));

        responses.ShouldAllBe(response => response.StatusCode == HttpStatusCode.OK);
    }
}
