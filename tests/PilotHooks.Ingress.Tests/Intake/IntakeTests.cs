using System.Text;
using PilotHooks.Contracts;
using PilotHooks.TestSupport;
using StackExchange.Redis;
using static PilotHooks.Ingress.Tests.ProviderExamples;
using static PilotHooks.Ingress.Tests.Webhooks.WebhookEndpointTests;

namespace PilotHooks.Ingress.Tests.Intake;

/// <summary>What the relay sends back: unread events to be read again, and refused requests to be taken in after all.</summary>
[Collection(IngressCollection.Name)]
public class IntakeTests(IngressFixture ingress)
{
    private static readonly DateTimeOffset Received = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Unread_event_is_published_under_its_id_as_what_it_is_by_now()
    {
        var (eventId, body) = (Guid.NewGuid(), Message("message.sent", id: NewId(), numberId: null));

        await ingress.Queues.PublishAsync(typeof(UnreadEventReplayed), eventId, "whatsapp", body, "num_archived", Received);

        var messages = await ingress.Queues.GetAsync(eventId);
        messages.Select(message => message.Queue).ShouldBe([Queues.MessagingStatuses, Queues.RelayArchive], ignoreOrder: true);
        messages[0].Body.ShouldBe(body);
        messages[0].Headers["event"].ShouldBe("message.sent");
        messages[0].Headers["number-id"].ShouldBe("num_archived");
        messages[0].Headers["received-at"].ShouldBe($"{Received.UtcTicks}");
    }

    [Fact]
    public async Task Event_that_is_still_not_understood_is_published_with_its_reason()
    {
        var eventId = Guid.NewGuid();

        await ingress.Queues.PublishAsync(typeof(UnreadEventReplayed), eventId, "whatsapp", Json("{}"), null, Received);

        var message = (await ingress.Queues.GetAsync(eventId, queues: 1)).ShouldHaveSingleItem();
        message.Queue.ShouldBe(Queues.RelayArchive);
        message.Headers["unrecognized"].ShouldBe("unnamed");
    }

    [Fact]
    public async Task Refused_request_becomes_the_event_that_it_is_and_its_retry_a_duplicate()
    {
        var body = Platform("form.submitted", id: NewId());

        await ingress.Queues.PublishAsync(typeof(RefusedRequestAccepted), Guid.NewGuid(), "platform", body, null, Received);

        var eventId = Webhooks.EventParserTests.Parse(body, Sources.TestSources.Platform).EventId;
        (await ingress.Queues.GetAsync(eventId)).Select(message => message.Queue).ShouldBe([Queues.MessagingForms, Queues.RelayArchive], ignoreOrder: true);
        using var retry = await ingress.Client.PostSignedAsync(body, IngressFixture.PlatformSecret);
        (await retry.ReadAnswerAsync()).ShouldBe(("duplicate", eventId));
    }

    [Fact]
    public async Task What_cannot_be_taken_in_now_is_a_dead_letter_and_holds_up_nothing()
    {
        var body = $$"""{ "event": "x", "of": "{{NewId()}}" }""";
        await ingress.Queues.PublishAsync(typeof(RefusedRequestAccepted), Guid.NewGuid(), "nobody", Json(body), null, Received);
        var eventId = Guid.NewGuid();
        await ingress.Queues.PublishAsync(typeof(UnreadEventReplayed), eventId, "whatsapp", Message("message.read", id: NewId()), null, Received);

        await ingress.Queues.GetAsync(eventId);
        Encoding.UTF8.GetString(await ingress.Queues.TakeAsync($"{Queues.IngressIntake}_error")).ShouldBe(body);
    }

    [Fact]
    public async Task Erased_person_is_neither_a_number_of_ours_nor_in_what_redis_set_aside()
    {
        var (numberId, phone, other) = (NewId(), NewPhone(), NewPhone());
        await ingress.Client.AcceptAsync(Number("number.connected", numberId, phone: "+" + phone));
        await using var redis = await ConnectionMultiplexer.ConnectAsync(ingress.Redis);
        var aside = new RedisKey("{pilothooks:spool}:unreadable");
        await redis.GetDatabase().ListRightPushAsync(aside, [$$"""cut off: {"from":"+{{phone}}" """, $$"""cut off: {"from":"+{{other}}" """]);
        await Eventually.GetAsync(() => NumberOfAsync(phone), number => number == numberId);

        await ingress.Queues.PublishAsync(typeof(ContactErased), Guid.NewGuid(), "pilothooks", Json($$"""{"contact":"+{{phone}}"}"""), null, Received);

        await Eventually.GetAsync(() => NumberOfAsync(phone), number => number is null);
        var left = await Eventually.GetAsync(() => redis.GetDatabase().ListRangeAsync(aside), entries => !entries.Any(entry => Holds(entry, phone)));
        left.ShouldContain(entry => Holds(entry, other));
        (await DumpAsync(redis)).ShouldNotContain(phone);
    }

    private async Task<string?> NumberOfAsync(string phone)
    {
        var eventId = await ingress.Client.AcceptAsync(Call("call.ringing", callId: NewId(), from: "490000000001", to: phone, direction: "INBOUND"));
        return (await ingress.Queues.GetAsync(eventId))[0].Headers.GetValueOrDefault("number-id");
    }

    private static bool Holds(RedisValue entry, string text) => entry.ToString().Contains(text, StringComparison.Ordinal);

    /// <summary>Every key with its value.</summary>
    private static async Task<string> DumpAsync(ConnectionMultiplexer redis)
    {
        var dump = new StringBuilder();
        await foreach (var key in redis.GetServers()[0].KeysAsync())
        {
            dump.Append(key).Append(' ').Append(Encoding.UTF8.GetString(await redis.GetDatabase().KeyDumpAsync(key) ?? [])).AppendLine();
        }

        return dump.ToString();
    }
}
