using Npgsql;
using PilotHooks.Contracts;
using PilotHooks.Migrations.Rights;
using PilotHooks.TestSupport;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace PilotHooks.Migrations.Tests.Rights;

public sealed class BrokerUsersTests
{
    private const string Password = "a pass:word/with #signs";

    [Fact]
    public async Task Each_service_reads_its_own_queues_and_no_others()
    {
        await using var broker = await TestServers.StartManagedBrokerAsync();
        // The queues and what a version before put into them are there already.
        await using (var former = await EventBus.StartAsync(broker.ConnectionString))
        {
            await former.PublishAsync(Sent());
            await Eventually.GetAsync(() => OnChannelAsync(broker, null, CountQueuesAsync), count => count == Queues.All.Count);
        }

        await MigrateAsync(broker);

        await using (var ingress = await EventBus.StartAsync(ConnectionOf(broker, "ingress")))
        {
            await ingress.PublishAsync(Sent(), new UnreadEventReplayed(Guid.NewGuid(), "unknown", "whatsapp", null, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, "{}"u8.ToArray()));
        }

        // An alert of its own.
        await using (var messaging = await EventBus.StartAsync(ConnectionOf(broker, "messaging"), publishesAll: false))
        {
            await messaging.PublishAsync(new UnknownEventReceived(Guid.NewGuid(), "delivery.alert", "pilothooks", null, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, "{}"u8.ToArray()));
        }

        (await MayReadAsync(broker, "ingress")).ShouldBe([Queues.IngressIntake]);
        (await MayReadAsync(broker, "relay")).ShouldBe([Queues.RelayArchive, Queues.RelayRefusedRequests], ignoreOrder: true);
        (await MayReadAsync(broker, "messaging")).ShouldBe([Queues.MessagingStatuses, Queues.MessagingInbound, Queues.MessagingForms], ignoreOrder: true);
        (await MayReadAsync(broker, "numbers")).ShouldBe([Queues.NumbersChanges]);
        (await MayReadAsync(broker, "calls")).ShouldBe([Queues.CallsChanges, Queues.CallsPermissions, Queues.CallsSignalling], ignoreOrder: true);
        (await MayReadAsync(broker, "console")).ShouldBeEmpty();
        (await Should.ThrowAsync<OperationInterruptedException>(() => OnChannelAsync(broker, "numbers", channel => channel.QueueDeleteAsync(Queues.RelayArchive))))
            .ShutdownReason!.ReplyCode.ShouldBe<ushort>(Constants.AccessRefused);
        // Two events and the alert, and nobody has taken one.
        (await OnChannelAsync(broker, null, channel => channel.MessageCountAsync(Queues.RelayArchive))).ShouldBe(3U);
    }

    [Fact]
    public async Task Service_that_connects_as_the_administrator_is_told_of_and_a_wrong_administrator_ends_the_run()
    {
        await using var broker = await TestServers.StartManagedBrokerAsync();

        (await MigrateAsync(broker, users: _ => broker.ConnectionString)).Output.ShouldContain("relay connects to the broker as its administrator");

        var refused = await MigrateAsync(broker, management: new UriBuilder(broker.ManagementUrl) { Password = "wrong" }.ToString());
        refused.ExitCode.ShouldBe(1);
        refused.Output.ShouldContain("The broker's management answered 401.");
    }

    private static MessageStatusReported Sent() => new(Guid.NewGuid(), "message.sent", "whatsapp", "num", DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, "{}"u8.ToArray());

    private static string ConnectionOf(TestServer broker, string service)
        => new UriBuilder(broker.ConnectionString) { UserName = $"user-of-{service}", Password = Uri.EscapeDataString(Password) }.ToString();

    private static async Task<MigrationRun> MigrateAsync(TestServer broker, string? management = null, Func<string, string>? users = null)
    {
        var environment = new Dictionary<string, string?> { ["Broker__Management"] = management ?? broker.ManagementUrl };
        foreach (var service in BrokerRights.ByService.Keys)
        {
            environment[$"Broker__Users__{service}"] = users?.Invoke(service) ?? ConnectionOf(broker, service);
        }

        var postgres = (await TestServers.PostgresAsync()).ConnectionString;
        foreach (var name in ServiceDatabases.Names)
        {
            environment[$"ConnectionStrings__{name}"] = new NpgsqlConnectionStringBuilder(postgres) { Database = $"{name}_{Guid.NewGuid():N}" }.ConnectionString;
        }

        var run = await MigrationRun.OfAsync(environment);
        if (management is null)
        {
            run.ExitCode.ShouldBe(0, run.Output);
        }

        run.Output.ShouldNotContain(Password);
        return run;
    }

    private static async Task<List<string>> MayReadAsync(TestServer broker, string service)
    {
        var may = new List<string>();
        foreach (var queue in Queues.All)
        {
            try
            {
                // Handed back: nothing is taken away.
                await OnChannelAsync(broker, service, async channel =>
                {
                    await channel.BasicGetAsync(queue, autoAck: false);
                    return true;
                });
                may.Add(queue);
            }
            catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.AccessRefused)
            {
                // As it should be for most.
            }
        }

        return may;
    }

    private static async Task<int> CountQueuesAsync(IChannel channel)
    {
        var count = 0;
        try
        {
            foreach (var queue in Queues.All)
            {
                await channel.QueueDeclarePassiveAsync(queue);
                count++;
            }
        }
        catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            // It is still being declared.
        }

        return count;
    }

    private static async Task<T> OnChannelAsync<T>(TestServer broker, string? service, Func<IChannel, Task<T>> work)
    {
        var factory = new ConnectionFactory { Uri = new Uri(service is null ? broker.ConnectionString : ConnectionOf(broker, service)) };
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        return await work(channel);
    }
}
