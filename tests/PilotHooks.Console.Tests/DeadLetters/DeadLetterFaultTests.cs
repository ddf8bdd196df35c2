using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using PilotHooks.Console.DeadLetters;
using PilotHooks.Console.Tests.Support;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.TestSupport;
using RabbitMQ.Client;

namespace PilotHooks.Console.Tests.DeadLetters;

/// <summary>With servers of its own, which come and go.</summary>
public sealed class DeadLetterFaultTests
{
    [Fact]
    public async Task What_failed_before_the_console_first_ran_and_through_losses_of_broker_and_database_is_listed_once()
    {
        await using var broker = await TestServers.StartBrokerAsync();
        await using var postgres = await TestServers.StartPostgresAsync();
        await using var service = await FaultingService.StartAsync(broker.ConnectionString);

        // MassTransit declares the error queue here; the console finds it.
        var early = await service.PublishAsync(poisonous: true);
        await Eventually.GetAsync(() => MessagesAsync(broker.ConnectionString, $"{Queues.MessagingStatuses}_error"), count => count == 1);

        await using var console = await ConsoleProcess.StartAsync(broker.ConnectionString, postgres.ConnectionString, "console");
        var letter = (await OpenAsync(console, [early])).Single()!;

        await broker.KillAsync();
        await (await console.Client.PostAsync($"/v1/dead-letters/{letter["id"]}/replay", null)).ShouldBeProblemAsync(503);
        await Eventually.GetAsync(async () => (int)(await console.Client.GetAsync("/health")).StatusCode, status => status == 503);
        using var all = await console.Client.PostAsync("/v1/dead-letters/replay", null);
        ((int)(await all.ReadJsonAsync())["queued"]!).ShouldBe(1);
        service.Cure(early.EventId);
        await broker.StartAsync();
        await console.WaitUntilHealthyAsync();
        await Eventually.GetAsync(() => Task.FromResult(service.Merged), merged => merged.Any(item => item.EventId == early.EventId));
        await OpenAsync(console, []);

        await postgres.KillAsync();
        var late = await service.PublishAsync(poisonous: true);
        await postgres.StartAsync();
        await OpenAsync(console, [late]);

        console.Kill();
        var later = await service.PublishAsync(poisonous: true);
        await using var successor = await ConsoleProcess.StartAsync(broker.ConnectionString, postgres.ConnectionString, "console");
        await OpenAsync(successor, [late, later]);
        (await MessagesAsync(broker.ConnectionString, $"{Queues.MessagingStatuses}_error")).ShouldBe(0u);
    }

    [Fact]
    public async Task Message_that_is_no_event_is_listed_all_the_same_and_replay_without_a_queue_keeps_it()
    {
        await using var broker = await TestServers.StartBrokerAsync();
        var postgres = await TestServers.PostgresAsync();
        await using var console = await ConsoleProcess.StartAsync(broker.ConnectionString, postgres.ConnectionString, $"console_{Guid.NewGuid():N}");
        await Eventually.GetAsync(() => ExistsAsync(broker.ConnectionString, $"{Queues.CallsChanges}_skipped"), exists => exists);
        await PublishAsync(broker.ConnectionString, $"{Queues.CallsChanges}_skipped", "not json \0 at all"u8.ToArray());

        var letter = (await Eventually.GetAsync(() => console.Client.GetFromJsonAsync<JsonObject>("/v1/dead-letters"), page => page!["items"]!.AsArray().Count == 1))!["items"]![0]!;
        ((string)letter["queue"]!).ShouldBe(Queues.CallsChanges);
        letter["eventId"].ShouldBeNull();
        var single = await (await console.Client.GetAsync($"/v1/dead-letters/{letter["id"]}")).ReadJsonAsync();
        ((string)single["payload"]!).ShouldBe("not json \0 at all");

        // No service has ever declared the queue itself.
        await (await console.Client.PostAsync($"/v1/dead-letters/{letter["id"]}/replay", null)).ShouldBeProblemAsync(409);
        (await console.Client.GetFromJsonAsync<JsonObject>("/v1/dead-letters"))!["items"]!.AsArray().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Dead_letter_that_died_with_consoles_as_often_as_the_broker_may_bear_is_listed()
    {
        const string Queue = $"{Queues.CallsChanges}_error";
        await using var broker = await TestServers.StartBrokerAsync();
        await using (var connection = await new ConnectionFactory { Uri = new Uri(broker.ConnectionString) }.CreateConnectionAsync())
        {
            await using var channel = await connection.CreateChannelAsync();
            await DeadLetterTopology.DeclareAsync(channel, Queue, CancellationToken.None);
            await PublishAsync(broker.ConnectionString, Queue, "{}"u8.ToArray());
            for (var i = 0; i < DeliveryLimit.Deliveries + 1; i++)
            {
                var taken = await Eventually.GetAsync(() => channel.BasicGetAsync(Queue, autoAck: false), message => message is not null);
                await channel.BasicNackAsync(taken!.DeliveryTag, multiple: false, requeue: true);
            }
        }

        await using var console = await ConsoleProcess.StartAsync(broker.ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, $"console_{Guid.NewGuid():N}");

        var page = await Eventually.GetAsync(() => console.Client.GetFromJsonAsync<JsonObject>("/v1/dead-letters"), page => page!["items"]!.AsArray().Count == 1);
        ((string)page!["items"]![0]!["queue"]!).ShouldBe(Queues.CallsChanges);
        await Eventually.GetAsync(() => MessagesAsync(broker.ConnectionString, Queue), count => count == 0);
    }

    private static Task<JsonArray> OpenAsync(ServiceProcess console, IReadOnlyList<IWebhookEvent> events)
        => Eventually.GetAsync(
            async () => (await console.Client.GetFromJsonAsync<JsonObject>("/v1/dead-letters"))!["items"]!.AsArray(),
            items => items.Select(item => (string)item!["eventId"]!).Order().SequenceEqual(events.Select(item => item.EventId.ToString()).Order()));

    private static async Task<uint> MessagesAsync(string broker, string queue)
    {
        try
        {
            await using var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync();
            await using var channel = await connection.CreateChannelAsync();
            return await channel.MessageCountAsync(queue);
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException exception)
        {
            throw new IOException("The queue is not there yet.", exception);
        }
    }

    private static async Task<bool> ExistsAsync(string broker, string queue)
    {
        await MessagesAsync(broker, queue);
        return true;
    }

    private static async Task PublishAsync(string broker, string queue, byte[] body)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.BasicPublishAsync("", queue, mandatory: true, new BasicProperties { Headers = new Dictionary<string, object?> { ["nul"] = "a\0b", ["event"] = Encoding.UTF8.GetBytes("odd\0") } }, body);
    }
}
