using MassTransit;
using PilotHooks.TestSupport;
using RabbitMQ.Client;

namespace PilotHooks.Contracts.Tests;

/// <summary>The broker keeps what nobody consumes yet, and says so when it cannot.</summary>
[Collection(nameof(TestBus))]
public sealed class DurabilityTests(TestBus bus)
{
    [Fact]
    public async Task Every_queue_is_a_durable_quorum_queue_from_the_start()
    {
        foreach (var queue in Queues.ByEvent.Values.OfType<string>().Append(Queues.RelayArchive))
        {
            // Declaring it with any other property is an error of the broker.
            await bus.Channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        }
    }

    [Fact]
    public async Task Event_waits_in_its_queue_and_in_the_archive_for_consumers_that_never_ran()
    {
        var message = Events.Make(typeof(NumberChanged));

        await bus.PublishAsync(message);

        (await bus.TakeAsync(Queues.NumbersChanges, message.EventId)).ShouldNotBeNull();
        (await bus.TakeAsync(Queues.RelayArchive, message.EventId)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Mandatory_event_that_no_queue_takes_is_an_error()
    {
        var exchange = "PilotHooks.Contracts:FormSubmitted";
        // The bus binds the queues of a kind with its first event.
        await bus.PublishAsync(Events.Make(typeof(FormSubmitted)));
        await bus.Channel.QueueUnbindAsync(Queues.MessagingForms, exchange, "");
        await bus.Channel.QueueUnbindAsync(Queues.RelayArchive, exchange, "");
        try
        {
            await Should.ThrowAsync<MessageReturnedException>(() => bus.PublishAsync(Events.Make(typeof(FormSubmitted))));
        }
        finally
        {
            await bus.Channel.QueueBindAsync(Queues.MessagingForms, exchange, "");
            await bus.Channel.QueueBindAsync(Queues.RelayArchive, exchange, "");
        }
    }

    [Fact]
    public async Task Confirmed_events_survive_a_crash_of_the_broker()
    {
        await using var broker = await TestServers.StartBrokerAsync();
        await using var own = new TestBus(broker);
        await own.InitializeAsync();
        var messages = Enumerable.Range(0, 50).Select(_ => Events.Make(typeof(MessageReceived))).ToList();
        await Task.WhenAll(messages.Select(own.PublishAsync));

        await broker.KillAsync();
        await broker.StartAsync();

        await using var connection = await new ConnectionFactory { Uri = new Uri(broker.ConnectionString) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var queue in new[] { Queues.MessagingInbound, Queues.RelayArchive })
        {
            var found = new HashSet<string?>();
            await Eventually.GetAsync(
                async () => found.Add((await channel.BasicGetAsync(queue, autoAck: true))?.BasicProperties.MessageId),
                _ => messages.TrueForAll(message => found.Contains(message.EventId.ToString())));
        }
    }
}
