using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using PilotHooks.Contracts;
using PilotHooks.TestSupport;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace PilotHooks.Messaging.Tests.Data;

/// <summary>With servers of its own, which it stops and kills.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task Events_wait_for_the_database_and_a_killed_replica_loses_none()
    {
        await using var broker = await TestServers.StartBrokerAsync();
        await using var postgres = await TestServers.StartPostgresAsync();
        var database = new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = "messaging" }.ConnectionString;
        var environment = MessagingSystem.Environment(broker.ConnectionString, database, new Uri("http://127.0.0.1:1"));
        var replica = await ServiceProcess.StartAsync("PilotHooks.Messaging", environment);
        await using var other = await ServiceProcess.StartAsync("PilotHooks.Messaging", environment);
        other.Client.DefaultRequestHeaders.SetCaller(MessagingSystem.GatewayToken);
        await using var bus = await EventBus.StartAsync(broker.ConnectionString);

        await postgres.KillAsync();
        await bus.PublishAsync(Enumerable.Range(0, 150).Select(Sent));
        await postgres.StartAsync();
        await bus.PublishAsync(Enumerable.Range(150, 150).Select(Sent));
        replica.Kill();
        await replica.DisposeAsync();
        await bus.PublishAsync(Poison(), Sent(300));

        var ids = await Eventually.GetAsync(() => IdsAsync(other.Client), found => found.Count == 301, TimeSpan.FromSeconds(120));
        ids.Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, 301).Select(Id).Order(StringComparer.Ordinal));
        (await Eventually.GetAsync(() => DeadLettersAsync(broker.ConnectionString), count => count > 0)).ShouldBe(1U);
    }

    private static async Task<uint> DeadLettersAsync(string broker)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(broker) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            return (await channel.QueueDeclarePassiveAsync($"{Queues.MessagingStatuses}_error")).MessageCount;
        }
        catch (OperationInterruptedException)
        {
            return 0; // Made by the first dead letter.
        }
    }

    private static async Task<List<string?>> IdsAsync(HttpClient client)
    {
        var ids = new List<string?>();
        string? cursor = null;
        do
        {
            var page = (await client.GetFromJsonAsync<JsonObject>(new Uri($"v1/messages?limit=200{(cursor is null ? "" : $"&cursor={cursor}")}", UriKind.Relative)))!;
            ids.AddRange(page.Items().Select(item => item.Text("id")));
            cursor = page.Text("next");
        }
        while (cursor is not null);

        return ids;
    }

    private static MessageStatusReported Sent(int number) => Reported(Events.Status("sent", "cmm_a", Id(number), $"wamid.{number}", "2026-02-24T15:00:05.000Z"));

    /// <summary>No JSON at all, which the ingress never lets through.</summary>
    private static MessageStatusReported Poison() => Reported("{");

    private static MessageStatusReported Reported(string body)
        => new(Guid.NewGuid(), "message.sent", "whatsapp", "cmm_a", DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, Encoding.UTF8.GetBytes(body));

    private static string Id(int number) => $"id_{number:000}";
}
