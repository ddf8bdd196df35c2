using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Npgsql;
using PilotHooks.Contracts;
using PilotHooks.TestSupport;
using RabbitMQ.Client;

namespace PilotHooks.Messaging.Tests.StuckSends;

/// <summary>Two replicas with a broker of their own, which nobody takes alerts from.</summary>
public sealed class StuckSendTests : IClassFixture<OwnBroker>, IAsyncLifetime
{
    private readonly OwnBroker _broker;
    private readonly FakeProvider _provider = new();
    private readonly string _id = Events.Unique("msg");
    private readonly string _number = Events.Unique("cmm");
    private ServiceProcess[] _replicas = [];
    private NpgsqlDataSource _database = null!;
    private IConnection _connection = null!;
    private IChannel _channel = null!;

    public StuckSendTests(OwnBroker broker) => _broker = broker;

    public async Task InitializeAsync()
    {
        await _provider.StartAsync();
        var postgres = new NpgsqlConnectionStringBuilder((await TestServers.PostgresAsync()).ConnectionString) { Database = $"messaging_{Guid.NewGuid():N}" };
        _database = NpgsqlDataSource.Create(postgres);
        var environment = MessagingSystem.Environment(_broker.ConnectionString, postgres.ConnectionString, _provider.Url);
        environment["Messaging__StuckAfter"] = "00:00:01";
        _replicas = await Task.WhenAll(ServiceProcess.StartAsync("PilotHooks.Messaging", environment), ServiceProcess.StartAsync("PilotHooks.Messaging", environment));
        foreach (var replica in _replicas)
        {
            replica.Client.DefaultRequestHeaders.SetCaller(MessagingSystem.GatewayToken);
        }

        _connection = await new ConnectionFactory { Uri = new Uri(_broker.ConnectionString) }.CreateConnectionAsync();
        _channel = await _connection.CreateChannelAsync();
        await _channel.QueuePurgeAsync(Queues.RelayArchive);
    }

    public async Task DisposeAsync()
    {
        await _connection.DisposeAsync();
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }

        await _database.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact]
    public async Task Send_without_any_status_is_listed_and_alerted_once_until_a_status_comes()
    {
        await SendAsync(new { text = "x", destinationNumber = "+5511999999999", numberId = _number });

        var stuck = (await ListAsync("status=stuck", items => items.Length == 1)).Single();
        stuck.Text("id").ShouldBe(_id);
        stuck.Text("status").ShouldBe("queued");
        var alert = await TakeAsync();
        var body = JsonNode.Parse(alert.Body.Span)!;
        body.Text("event").ShouldBe("delivery.alert");
        body["data"]!.Text("reason").ShouldBe("stuck");
        body["data"]!.Text("id").ShouldBe(_id);
        body["data"]!.Text("correlationId").ShouldBe("corr_1");
        body["data"]!.Text("numberId").ShouldBe(_number);
        Encoding.UTF8.GetString(alert.Body.Span).ShouldNotContain("5511999999999");
        (await ListAsync("", items => items is [var one] && one["stuckSince"] is not null)).Single().Text("id").ShouldBe(_id);

        // As if the replica had died after it published: the same event again.
        await ExecuteAsync("UPDATE pending_sends SET alerted_at = NULL, look_at = now()");
        (await TakeAsync()).BasicProperties.MessageId.ShouldBe(alert.BasicProperties.MessageId);
        await ExecuteAsync("UPDATE pending_sends SET look_at = now()");
        await LookedAsync("SELECT count(*) FROM pending_sends WHERE look_at <= now()");
        (await _channel.BasicGetAsync(Queues.RelayArchive, autoAck: true)).ShouldBeNull();

        await PublishStatusAsync("failed");
        await ListAsync("status=stuck", items => items.Length == 0);
        (await ListAsync("", items => items[0].Text("status") == "failed")).Single()["stuckSince"].ShouldBeNull();
        await ExecuteAsync("UPDATE pending_sends SET look_at = now()");
        await LookedAsync("SELECT count(*) FROM pending_sends");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_with_a_status_is_never_stuck(bool namesNumber)
    {
        await PublishStatusAsync("sent");
        await ListAsync("", items => items.Length == 1);
        await SendAsync(namesNumber
            ? new { text = "x", destinationNumber = "+5511999999999", numberId = _number }
            : new { text = "x", destinationNumber = "+5511999999999" });

        await LookedAsync("SELECT count(*) FROM pending_sends");
        (await ListAsync("status=stuck", _ => true)).ShouldBeEmpty();
        await foreach (var message in WaitingAsync())
        {
            Encoding.UTF8.GetString(message.Body.Span).ShouldNotContain("delivery.alert");
        }
    }

    private async Task SendAsync(object body)
    {
        _provider.Next("x", FakeProvider.Accept(_id, "corr_1"));
        using var answer = await _replicas[0].Client.PostAsJsonAsync("v1/messages/send", body);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    private Task PublishStatusAsync(string name)
    {
        var body = Encoding.UTF8.GetBytes(Events.Status(name, _number, _id, Events.Unique("wamid."), "2026-03-01T12:00:00Z"));
        var now = DateTimeOffset.UtcNow;
        return _broker.Bus.PublishAsync(new MessageStatusReported(Guid.NewGuid(), $"message.{name}", "whatsapp", _number, now, now, body));
    }

    private async Task<JsonObject[]> ListAsync(string query, Func<JsonObject[], bool> until)
        => await Eventually.GetAsync(
            async () => (await _replicas[1].Client.GetFromJsonAsync<JsonObject>($"v1/messages?{query}"))!.Items(), until);

    private Task<BasicGetResult> TakeAsync()
        => Eventually.GetAsync(async () => (await _channel.BasicGetAsync(Queues.RelayArchive, autoAck: true))!, message => message is not null);

    private async IAsyncEnumerable<BasicGetResult> WaitingAsync()
    {
        while (await _channel.BasicGetAsync(Queues.RelayArchive, autoAck: true) is { } message)
        {
            yield return message;
        }
    }

    /// <summary>Waits until a look has left nothing of this.</summary>
    private Task LookedAsync(string countSql)
        => Eventually.GetAsync(
            async () =>
            {
                await using var command = _database.CreateCommand(countSql);
                return (long)(await command.ExecuteScalarAsync())!;
            },
            count => count == 0);

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
