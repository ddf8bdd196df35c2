using PilotHooks.Console.Tests.Support;
using PilotHooks.Contracts;
using PilotHooks.TestSupport;
using RabbitMQ.Client;

namespace PilotHooks.Console.Tests.DeadLetters;

/// <summary>Dead letters that the database will never take.</summary>
public sealed class PoisonTests : IAsyncLifetime
{
    private const string SetAside = "console-dead-letters-set-aside";
    private static readonly string Queue = $"{Queues.CallsChanges}_error";

    private readonly string _database = $"console_{Guid.NewGuid():N}";
    private TestServer _broker = null!;
    private ServiceProcess _console = null!;
    private IConnection _connection = null!;
    private IChannel _channel = null!;

    public async Task InitializeAsync()
    {
        _broker = await TestServers.StartBrokerAsync();
        _console = await StartAsync();
        _connection = await new ConnectionFactory { Uri = new Uri(_broker.ConnectionString) }.CreateConnectionAsync();
        _channel = await _connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await Eventually.GetAsync(
            async () =>
            {
                await using var channel = await _connection.CreateChannelAsync();
                return (await channel.QueueDeclarePassiveAsync(Queue)).ConsumerCount;
            },
            consumers => consumers == 1);
    }

    public async Task DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _console.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Theory]
    [InlineData("a message id that PostgreSQL has no text for")]
    [InlineData("headers nested deeper than anybody reads")]
    public async Task Poison_holds_up_no_other_and_is_kept_as_it_came(string what)
    {
        var poison = new BasicProperties { MessageId = "poison", Headers = new Dictionary<string, object?>() };
        if (what.StartsWith("headers", StringComparison.Ordinal))
        {
            poison.Headers["deep"] = Enumerable.Range(0, 1100).Aggregate((object?)1L, (inner, _) => new Dictionary<string, object?> { ["d"] = inner });
        }
        else
        {
            poison.MessageId = "poi\0son";
        }

        await PublishAsync(new BasicProperties { MessageId = Guid.NewGuid().ToString() }, "first"u8.ToArray());
        await PublishAsync(poison, "poison \0 body"u8.ToArray());
        await PublishAsync(new BasicProperties { MessageId = Guid.NewGuid().ToString() }, "last"u8.ToArray());

        await Eventually.GetAsync(OpenAsync, count => count == 2);
        await Eventually.GetAsync(() => _channel.MessageCountAsync(SetAside), count => count == 1);
        (await _channel.MessageCountAsync(Queue)).ShouldBe(0u);
        var kept = (await _channel.BasicGetAsync(SetAside, autoAck: false)).ShouldNotBeNull();
        kept.Body.ToArray().ShouldBe("poison \0 body"u8.ToArray());
        kept.BasicProperties.MessageId.ShouldBe(poison.MessageId);
        kept.BasicProperties.Headers!.ContainsKey("deep").ShouldBe(poison.Headers.ContainsKey("deep"));
        _console.Output.ShouldContain(SetAside);
    }

    [Fact]
    public async Task What_was_set_aside_is_tried_again_by_the_next_start_and_kept_if_that_fails()
    {
        await PublishAsync(new BasicProperties { MessageId = "poi\0son" }, "poison"u8.ToArray());
        await Eventually.GetAsync(() => _channel.MessageCountAsync(SetAside), count => count == 1);
        var readable = new BasicProperties { MessageId = Guid.NewGuid().ToString(), Headers = new Dictionary<string, object?> { ["x-pilothooks-set-aside-from"] = Queue } };
        await _channel.BasicPublishAsync("", SetAside, mandatory: true, readable, "readable now"u8.ToArray());

        _console.Kill();
        await _console.DisposeAsync();
        _console = await StartAsync();

        await Eventually.GetAsync(OpenAsync, count => count == 1);
        var letter = (await (await _console.Client.GetAsync("/v1/dead-letters")).ReadJsonAsync())["items"]![0]!;
        ((string)letter["queue"]!).ShouldBe(Queues.CallsChanges);
        ((string)letter["eventId"]!).ShouldBe(readable.MessageId);
        await Eventually.GetAsync(() => _channel.MessageCountAsync(SetAside), count => count == 1);
    }

    private async Task<ServiceProcess> StartAsync() => await ConsoleProcess.StartAsync(_broker.ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, _database);

    private ValueTask PublishAsync(BasicProperties properties, byte[] body) => _channel.BasicPublishAsync("", Queue, mandatory: true, properties, body);

    private async Task<int> OpenAsync()
        => (await (await _console.Client.GetAsync("/v1/dead-letters")).ReadJsonAsync())["items"]!.AsArray().Count;
}
