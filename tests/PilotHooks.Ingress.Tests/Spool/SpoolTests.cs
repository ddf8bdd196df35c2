using System.Net;
using PilotHooks.TestSupport;
using static PilotHooks.Ingress.Tests.ProviderExamples;
using static PilotHooks.Ingress.Tests.Webhooks.WebhookEndpointTests;

namespace PilotHooks.Ingress.Tests.Spool;

/// <summary>What waits in the spool, and when there is no room in it.</summary>
public sealed class SpoolTests : OutageTest
{
    [Fact]
    public async Task Event_from_the_spool_stays_in_the_trace_of_its_request()
    {
        await using var ingress = await StartAsync();
        await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        await Broker.KillAsync();
        using var response = await ingress.Client.PostAsync("whatsapp", Message("message.received", id: NewId()),
            request => request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        var (_, eventId) = await response.ReadAnswerAsync();
        await Broker.StartAsync();

        await using var queues = await QueueReader.StartAsync(Broker.ConnectionString);
        (await queues.GetAsync(eventId)).ShouldAllBe(message => message.Headers["MT-Activity-Id"].StartsWith("00-0af7651916cd43dd8448eb211c80319c-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Spool_survives_the_death_of_the_ingress_and_of_redis()
    {
        var spooled = new List<Guid>();
        await using (var ingress = await StartAsync())
        {
            await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
            await Broker.KillAsync();
            for (var i = 0; i < 10; i++)
            {
                spooled.Add(await ingress.Client.AcceptAsync(Message("message.received", id: NewId())));
            }

            ingress.Kill();
        }

        await Redis.KillAsync();
        await Redis.StartAsync();
        await using var successor = await StartAsync();
        await Broker.StartAsync();

        await using var queues = await QueueReader.StartAsync(Broker.ConnectionString);
        foreach (var eventId in spooled)
        {
            (await queues.GetAsync(eventId)).Count.ShouldBe(2);
        }
    }

    [Fact]
    public async Task Refused_event_is_not_taken_for_a_duplicate_when_only_the_broker_comes_back()
    {
        await using var ingress = await StartAsync(new() { ["Spool__MaxEntries"] = "0" });
        await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        await Broker.KillAsync();
        var body = Message("message.received", id: NewId());
        using (var refused = await ingress.Client.PostAsync("whatsapp", body))
        {
            await refused.ReadProblemAsync(HttpStatusCode.ServiceUnavailable);
        }

        await Broker.StartAsync();
        var answers = new List<string>();
        await Eventually.GetAsync(
            async () =>
            {
                using var response = await ingress.Client.PostAsync("whatsapp", body);
                answers.Add(response.IsSuccessStatusCode ? (await response.ReadAnswerAsync()).Status : $"{(int)response.StatusCode}");
                return answers[^1];
            },
            status => status == "accepted");
        answers.ShouldNotContain("duplicate");
    }

    [Fact]
    public async Task Spool_that_is_full_refuses_and_keeps_what_it_has()
    {
        await using var ingress = await StartAsync(new() { ["Spool__MaxEntries"] = "3", ["Spool__MaxBytes"] = "4000" });
        await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
        await Broker.KillAsync();

        using (var large = await ingress.Client.PostAsync("whatsapp", Message("message.received", id: NewId(), content: new string('x', 4000))))
        {
            await large.ReadProblemAsync(HttpStatusCode.ServiceUnavailable);
        }

        var kept = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            kept.Add(await ingress.Client.AcceptAsync(Message("message.received", id: NewId())));
        }

        using (var fourth = await ingress.Client.PostAsync("whatsapp", Message("message.received", id: NewId())))
        {
            await fourth.ReadProblemAsync(HttpStatusCode.ServiceUnavailable);
        }

        await Broker.StartAsync();
        await using var queues = await QueueReader.StartAsync(Broker.ConnectionString);
        foreach (var eventId in kept)
        {
            await queues.GetAsync(eventId);
        }

        // Drained, it takes events again.
        await Broker.KillAsync();
        await ingress.Client.AcceptAsync(Message("message.received", id: NewId()));
    }
}
