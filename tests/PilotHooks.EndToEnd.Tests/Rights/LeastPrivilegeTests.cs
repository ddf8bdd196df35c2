using Npgsql;
using PilotHooks.Contracts;
using PilotHooks.EndToEnd.Tests.Events;
using PilotHooks.TestSupport;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace PilotHooks.EndToEnd.Tests.Rights;

/// <summary>What one compromised service could reach, with the credentials that it has in a running system.</summary>
[Collection(SubscribedCollection.Name)]
public sealed class LeastPrivilegeTests(SubscribedSystem fixture)
{
    private static readonly string[] Databases = ["messaging", "numbers", "calls", "relay", "console"];

    private readonly RunningSystem _system = fixture.System;

    [Fact]
    public async Task Credentials_of_a_service_open_its_own_database_and_no_other()
    {
        if (TestServers.AreContainers)
        {
            return; // Those are given to the system, and their roles are the tests' own.
        }

        foreach (var service in Databases)
        {
            var own = new NpgsqlConnectionStringBuilder(await _system.Resources.EnvironmentAsync(service, $"ConnectionStrings__{service}")) { Pooling = false };
            own.Username.ShouldBe(service);
            await OpenAsync(own);
            foreach (var other in Databases.Where(other => other != service))
            {
                own.Database = other;
                (await Should.ThrowAsync<PostgresException>(() => OpenAsync(own))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, $"{service} in {other}");
            }
        }
    }

    [Fact]
    public async Task Broker_user_of_the_ingress_publishes_and_consumes_no_event()
    {
        if (TestServers.AreContainers)
        {
            return;
        }

        var every = new EveryEvent();
        await Task.WhenAll([.. every.Whatsapp.Select(body => _system.PostAsync(body)), .. every.Platform.Select(body => _system.PostAsync(body, "platform"))]);
        await every.ShouldBeToldAsync(_system.ReadAsync);

        var factory = new ConnectionFactory { Uri = new Uri(await _system.Resources.EnvironmentAsync("ingress", "ConnectionStrings__broker")) };
        factory.UserName.ShouldBe("ingress");
        await using var connection = await factory.CreateConnectionAsync();
        foreach (var queue in Queues.All.Except([Queues.IngressIntake]))
        {
            await using var channel = await connection.CreateChannelAsync();
            var refused = await Should.ThrowAsync<OperationInterruptedException>(() => channel.BasicConsumeAsync(queue, autoAck: false, new AsyncDefaultBasicConsumer(channel)));
            refused.ShutdownReason!.ReplyCode.ShouldBe<ushort>(Constants.AccessRefused, queue);
        }
    }

    private static async Task OpenAsync(NpgsqlConnectionStringBuilder settings)
    {
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
    }
}
