using System.Collections.Concurrent;
using System.Text;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.TestSupport;
using RabbitMQ.Client;

namespace PilotHooks.ServiceDefaults.Tests.Bus;

/// <summary>The batcher behind a real queue of a real broker.</summary>
public sealed class MergeConsumerTests : IAsyncLifetime
{
    private readonly ConcurrentDictionary<Guid, int> _merged = new();
    private TestServer _broker = null!;

    public async Task InitializeAsync() => _broker = await TestServers.StartBrokerAsync();

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Fact]
    public async Task Event_arrives_as_it_was_published()
    {
        var got = new TaskCompletionSource<NumberChanged>();
        await using var service = await StartAsync((events, _) =>
        {
            got.TrySetResult(events[0]);
            return Task.CompletedTask;
        });
        var sent = Make("""{"a":"\u00e9"}""");

        await PublishAsync(service, sent);

        var received = await got.Task.WaitAsync(TimeSpan.FromSeconds(60));
        (received with { Payload = sent.Payload }).ShouldBe(sent);
        received.Payload.ToArray().ShouldBe(sent.Payload.ToArray());
    }

    [Fact]
    public async Task Poison_event_alone_becomes_a_dead_letter_with_its_bytes()
    {
        await using var service = await StartAsync((events, _) => events.Any(IsPoison)
            ? throw new PostgresException("no", "ERROR", "ERROR", PostgresErrorCodes.UntranslatableCharacter)
            : MergeAsync(events));
        var poison = Make("""{"poison":true}""");
        var good = Enumerable.Range(0, 30).Select(number => Make($"{number}")).ToList();

        await Task.WhenAll(good.Append(poison).Select(item => PublishAsync(service, item)));

        var letter = await TakeAsync("numbers-changes_error");
        letter.BasicProperties.MessageId.ShouldBe(poison.EventId.ToString());
        letter.Body.ToArray().ShouldBe(poison.Payload.ToArray());
        await Eventually.GetAsync(() => Task.FromResult(_merged.Count), count => count == good.Count);
        (await CountAsync("numbers-changes_error")).ShouldBe(0u);
    }

    [Fact]
    public async Task Event_that_is_being_merged_when_the_service_stops_goes_to_the_next_replica()
    {
        var merging = new TaskCompletionSource();
        var stuck = await StartAsync(async (_, cancellationToken) =>
        {
            merging.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        });
        var sent = Enumerable.Range(0, 20).Select(number => Make($"{number}")).ToList();
        await Task.WhenAll(sent.Select(item => PublishAsync(stuck, item)));
        await merging.Task;

        await StopAsync(stuck);
        await using var next = await StartAsync((events, _) => MergeAsync(events));

        await Eventually.GetAsync(() => Task.FromResult(_merged.Count), count => count == sent.Count);
        (await CountAsync("numbers-changes_error")).ShouldBe(0u);
    }

    [Fact]
    public async Task Event_whose_merge_ends_while_the_service_stops_is_not_delivered_again()
    {
        var merging = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        var service = await StartAsync(async (events, _) =>
        {
            merging.TrySetResult();
            await release.Task;
            await MergeAsync(events);
        });
        await PublishAsync(service, Make("1"));
        await merging.Task;

        var stopping = StopAsync(service);
        release.SetResult();
        await stopping;

        _merged.Values.ShouldBe([1]);
        (await CountAsync("numbers-changes")).ShouldBe(0u);
    }

    [Fact]
    public async Task Events_survive_the_brokers_crash_and_are_merged_when_it_is_back()
    {
        await using var service = await StartAsync((events, _) => MergeAsync(events));
        var before = Make("1");
        await PublishAsync(service, before);
        await Eventually.GetAsync(() => Task.FromResult(_merged.ContainsKey(before.EventId)), merged => merged);

        await _broker.KillAsync();
        await _broker.StartAsync();
        var after = Make("2");
        await Eventually.GetAsync(async () => await TryPublishAsync(service, after), sent => sent);

        await Eventually.GetAsync(() => Task.FromResult(_merged.ContainsKey(after.EventId)), merged => merged);
    }

    private static NumberChanged Make(string payload)
        => new(Guid.NewGuid(), "number.connected", "whatsapp", "num_1", DateTimeOffset.UnixEpoch.AddTicks(1), DateTimeOffset.UnixEpoch.AddTicks(3), Encoding.UTF8.GetBytes(payload));

    private static bool IsPoison(NumberChanged item) => Encoding.UTF8.GetString(item.Payload.Span).Contains("poison", StringComparison.Ordinal);

    private static Task PublishAsync(WebApplication service, NumberChanged item)
        => service.Services.GetRequiredService<IBus>().Publish(item, context => context.MessageId = item.EventId);

    private static async Task<bool> TryPublishAsync(WebApplication service, NumberChanged item)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await service.Services.GetRequiredService<IBus>().Publish(item, context => context.MessageId = item.EventId, patience.Token);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    private Task MergeAsync(IReadOnlyList<NumberChanged> events)
    {
        foreach (var item in events)
        {
            _merged.AddOrUpdate(item.EventId, 1, (_, times) => times + 1);
        }

        return Task.CompletedTask;
    }

    private async Task<WebApplication> StartAsync(MergeBatch<NumberChanged> merge)
    {
        var builder = WebApplication.CreateBuilder();
        // MassTransit keeps the last logger factory of the process, disposed or not.
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["ConnectionStrings:broker"] = _broker.ConnectionString;
        builder.AddServiceDefaults("test");
        builder.AddBus(bus => bus.AddMergeConsumer(Queues.NumbersChanges, _ => merge));
        var app = builder.Build();
        await app.StartAsync();
        await app.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromSeconds(60));
        return app;
    }

    /// <summary>As a host does: disposed alone it would lose its services while messages still arrive.</summary>
    private static async Task StopAsync(WebApplication service)
    {
        await service.StopAsync();
        await service.DisposeAsync();
    }

    private async Task<BasicGetResult> TakeAsync(string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(_broker.ConnectionString) }.CreateConnectionAsync();
        return (await Eventually.GetAsync(
            async () =>
            {
                // The queue appears with its first message; asking for one that is not there closes the channel.
                try
                {
                    await using var channel = await connection.CreateChannelAsync();
                    return await channel.BasicGetAsync(queue, autoAck: true);
                }
                catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
                {
                    return null;
                }
            },
            letter => letter is not null))!;
    }

    private async Task<uint> CountAsync(string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(_broker.ConnectionString) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue)).MessageCount;
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == 404)
        {
            return 0;
        }
    }
}
