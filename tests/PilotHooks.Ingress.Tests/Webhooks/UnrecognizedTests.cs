using PilotHooks.Contracts;
using static PilotHooks.Ingress.Tests.ProviderExamples;
using static PilotHooks.Ingress.Tests.Webhooks.WebhookEndpointTests;

namespace PilotHooks.Ingress.Tests.Webhooks;

/// <summary>What a source that proved itself sends is kept, whether it can be read or not.</summary>
[Collection(IngressCollection.Name)]
public class UnrecognizedTests(IngressFixture ingress)
{
    [Theory]
    [InlineData("""{ "event": "\u2003", "data": {}, "of": "@" }""", "unknown", "unnamed")]
    [InlineData("""{ "event": "message.sent", "data": { "message_id": "@", "x": "\ud800" } }""", "message.sent", "unidentified")]
    [InlineData("""{ "object": "whatsapp_business_account", "entry": [{ "changes": [{ "field": "messages", "value": { "id": "@" } }] }] }""", "unknown", "unnamed")]
    public async Task Object_that_cannot_be_read_is_accepted_and_goes_byte_for_byte_to_the_archive_alone(string json, string name, string reason)
    {
        var body = Json(json.Replace("@", NewId(), StringComparison.Ordinal));
        using var response = await ingress.Client.PostAsync("whatsapp", body);
        var answer = await response.ReadJsonAsync();
        answer.GetProperty("status").GetString().ShouldBe("accepted");
        answer.GetProperty("recognized").GetBoolean().ShouldBeFalse();

        var eventId = answer.GetProperty("eventId").GetGuid();
        var message = (await ingress.Queues.GetAsync(eventId, queues: 1)).ShouldHaveSingleItem();
        message.Queue.ShouldBe(Queues.RelayArchive);
        message.Body.ShouldBe(body);
        message.Headers["kind"].ShouldBe(nameof(UnknownEventReceived));
        message.Headers["event"].ShouldBe(name);
        message.Headers["unrecognized"].ShouldBe(reason);

        using var again = await ingress.Client.PostAsync("whatsapp", body);
        var duplicate = await again.ReadJsonAsync();
        duplicate.GetProperty("status").GetString().ShouldBe("duplicate");
        duplicate.GetProperty("eventId").GetGuid().ShouldBe(eventId);
        duplicate.GetProperty("recognized").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Event_that_is_understood_says_nothing_of_recognition()
    {
        foreach (var body in new[] { Message("message.sent", id: NewId()), Json($$"""{ "event": "tomorrow.{{NewId()}}" }""") })
        {
            using var response = await ingress.Client.PostAsync("whatsapp", body);
            (await response.ReadJsonAsync()).TryGetProperty("recognized", out _).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task Events_of_two_numbers_with_one_message_id_are_both_accepted()
    {
        var messageId = NewId();
        foreach (var number in new[] { "cmm_a1", "cmm_b2" })
        {
            var eventId = await ingress.Client.AcceptAsync(Message("message.group", id: null, messageId: messageId, numberId: number));
            (await ingress.Queues.GetAsync(eventId))[0].Headers["number-id"].ShouldBe(number);
        }
    }

    [Fact]
    public async Task Many_at_once_keep_their_reasons()
    {
        var bodies = Enumerable.Range(0, 100).Select(i => Json(i % 2 == 0 ? $$"""{ "event": "new.{{NewId()}}" }""" : $$"""{ "of": "{{NewId()}}" }""")).ToList();
        var accepted = await Task.WhenAll(bodies.Select(body => ingress.Client.AcceptAsync(body)));

        foreach (var (eventId, index) in accepted.Select((eventId, index) => (eventId, index)))
        {
            var message = (await ingress.Queues.GetAsync(eventId, queues: 1)).ShouldHaveSingleItem();
            message.Headers.GetValueOrDefault("unrecognized", "").ShouldBe(index % 2 == 0 ? "" : "unnamed");
        }
    }
}
