using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.TestSupport;
using RabbitMQ.Client;

namespace PilotHooks.ServiceDefaults.Tests.Bus;

[Collection("bus")]
public sealed class GroupPublisherTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<Guid> _merged = [];
    private readonly HashSet<Guid> _refused = [];
    private WebApplication _app = null!;
    private IConnection _connection = null!;
    private IChannel _channel = null!;

    private GroupPublisher Publisher => _app.Services.GetRequiredService<GroupPublisher>();

    public async Task InitializeAsync()
    {
        var broker = await TestServers.BrokerAsync();
        _app = Build(broker.ConnectionString, bus => bus.AddMergeConsumer<NumberChanged>(Queues.NumbersChanges, _ => MergeAsync));
        await _app.StartAsync();
        await _app.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromSeconds(30));
        _connection = await new ConnectionFactory { Uri = new Uri(broker.ConnectionString) }.CreateConnectionAsync();
        _channel = await _connection.CreateChannelAsync();
        await _channel.QueuePurgeAsync(Queues.RelayArchive);
    }

    public async Task DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _connection.DisposeAsync();
    }

    [Fact]
    public async Task An_event_published_by_itself_is_the_providers_json_with_its_envelope_in_headers()
    {
        var message = Event("""{"event":"number.connected","data":{"odd":"\u00e9 \/"}}""");

        await Publisher.PublishAsync(message, CancellationToken.None);

        var archived = (await _channel.BasicGetAsync(Queues.RelayArchive, autoAck: true)).ShouldNotBeNull();
        archived.Body.ToArray().ShouldBe(message.Payload.ToArray());
        archived.BasicProperties.MessageId.ShouldBe(message.EventId.ToString());
        archived.BasicProperties.DeliveryMode.ShouldBe(DeliveryModes.Persistent);
        await Eventually.GetAsync(() => Task.FromResult(_merged.Contains(message.EventId)), merged => merged);
    }

    [Fact]
    public async Task Events_published_together_share_messages_and_each_is_merged_once()
    {
        var messages = Enumerable.Range(0, 500).Select(_ => Event("""{"event":"number.connected"}""")).ToList();

        await Task.WhenAll(messages.Select(message => Publisher.PublishAsync(message, CancellationToken.None)));

        (await _channel.MessageCountAsync(Queues.RelayArchive)).ShouldBeLessThan(100u);
        await Eventually.GetAsync(() => Task.FromResult(_merged.Count), count => count >= 500);
        _merged.ShouldBe(messages.Select(message => message.EventId), ignoreOrder: true);
    }

    [Fact]
    public async Task An_event_that_the_database_refuses_becomes_a_dead_letter_alone_whatever_shared_its_message()
    {
        var messages = Enumerable.Range(0, 200).Select(i => Event($$"""{"event":"number.connected","i":{{i}}}""")).ToList();
        var refused = messages[150];
        _refused.Add(refused.EventId);

        await Task.WhenAll(messages.Select(message => Publisher.PublishAsync(message, CancellationToken.None)));

        var letter = await Eventually.GetAsync(ReadDeadLetterAsync, letter => letter is not null, TimeSpan.FromSeconds(30));
        letter!.BasicProperties.MessageId.ShouldBe(refused.EventId.ToString());
        letter.Body.ToArray().ShouldBe(refused.Payload.ToArray());
        Encoding.UTF8.GetString((byte[])letter.BasicProperties.Headers![WebhookEventHeaders.Event]!).ShouldBe("number.connected");
        await Eventually.GetAsync(() => Task.FromResult(_merged.Distinct().Count()), count => count == 199);
        (await ReadDeadLetterAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Each_event_is_merged_in_its_own_trace_whatever_shared_its_message()
    {
        var merges = new ConcurrentBag<ActivityTraceId>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "PilotHooks.Bus" || source.Name == "MassTransit",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (activity.OperationName == "merge NumberChanged")
                {
                    merges.Add(activity.TraceId);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);

        var traces = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            using var request = new Activity("request").SetIdFormat(ActivityIdFormat.W3C).Start();
            await Publisher.PublishAsync(Event("{}"), CancellationToken.None);
            return request.TraceId;
        }));

        // Beside those of other tests, which the listener hears too.
        await Eventually.GetAsync(() => Task.FromResult(merges.Count(traces.Contains)), count => count >= 100);
        merges.Where(traces.Contains).ShouldBe(traces, ignoreOrder: true);
    }

    [Fact]
    public async Task A_publish_ends_with_its_token_while_the_broker_is_away()
    {
        await using var away = Build("amqp://guest:guest@127.0.0.1:1/", null);
        await away.StartAsync();
        var publisher = away.Services.GetRequiredService<GroupPublisher>();
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        var publishes = Enumerable.Range(0, 20).Select(_ => publisher.PublishAsync(Event("{}"), patience.Token)).ToList();

        foreach (var publish in publishes)
        {
            await Should.ThrowAsync<OperationCanceledException>(() => publish);
        }
    }

    private static WebApplication Build(string broker, Action<IBusRegistrationConfigurator>? consumers)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["ConnectionStrings:broker"] = broker;
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddBus(consumers);
        return builder.Build();
    }

    private static NumberChanged Event(string json)
        => new(Guid.NewGuid(), "number.connected", "whatsapp", "cmm0abc123", DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, Encoding.UTF8.GetBytes(json));

    private Task MergeAsync(IReadOnlyList<NumberChanged> events, CancellationToken cancellationToken)
    {
        if (events.Any(e => _refused.Contains(e.EventId)))
        {
            throw new InvalidOperationException("The database will never take this.");
        }

        foreach (var e in events)
        {
            _merged.Enqueue(e.EventId);
        }

        return Task.CompletedTask;
    }

    private async Task<BasicGetResult?> ReadDeadLetterAsync()
    {
        // MassTransit declares the queue with the first dead letter; in that moment the broker may close the whole connection.
        await using var connection = await new ConnectionFactory { Uri = new Uri((await TestServers.BrokerAsync()).ConnectionString) }.CreateConnectionAsync();
        try
        {
            await using var channel = await connection.CreateChannelAsync();
            return await channel.BasicGetAsync(Queues.NumbersChanges + "_error", autoAck: true);
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            return null;
        }
    }
}
