using System.Globalization;
using System.Net.Sockets;
using System.Text;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.TestSupport;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace PilotHooks.ServiceDefaults.Tests.Bus;

/// <summary>
/// What becomes of a message whose consumers die with it again and again. RabbitMQ 4 drops one after the twentieth delivery
/// that it counts. Which ones it counts differs between its versions, so every way to give a message back is tried.
/// </summary>
public sealed class DeliveryLimitTests : IAsyncLifetime
{
    private const string Queue = Queues.NumbersChanges;
    private const int MoreThanTheBrokersLimit = 25;
    private readonly TaskCompletionSource<NumberChanged> _merged = new();
    private TestServer _broker = null!;

    public async Task InitializeAsync() => _broker = await TestServers.StartBrokerAsync();

    public async Task DisposeAsync() => await _broker.DisposeAsync();

    [Theory]
    [InlineData("connection lost")]
    [InlineData("channel closed")]
    [InlineData("requeued")]
    public async Task Event_that_its_consumers_gave_back_again_and_again_is_merged_or_a_dead_letter(string way)
    {
        var sent = new NumberChanged(Guid.NewGuid(), "number.connected", "whatsapp", "num_1", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "{}"u8.ToArray());
        await using (var first = await StartAsync(consumes: false))
        {
            await first.Services.GetRequiredService<IBus>().Publish(sent, context => context.MessageId = sent.EventId);
            await first.StopAsync();
        }

        var (given, counted) = (0, 0L);
        for (; given < MoreThanTheBrokersLimit && counted < DeliveryLimit.Deliveries; given++)
        {
            counted = await TakeAndGiveBackAsync(way);
        }

        await using var service = await StartAsync(consumes: true);
        var letter = await Eventually.GetAsync(TakeDeadLetterAsync, found => found is not null || _merged.Task.IsCompleted);

        if (letter is null)
        {
            given.ShouldBe(MoreThanTheBrokersLimit);
            (await _merged.Task).EventId.ShouldBe(sent.EventId);
        }
        else
        {
            letter.BasicProperties.MessageId.ShouldBe(sent.EventId.ToString());
            Text(letter, "MT-Fault-Message").ShouldContain($"delivered {DeliveryLimit.Deliveries} times");
            _merged.Task.IsCompleted.ShouldBeFalse();
        }

        await service.StopAsync();
    }

    /// <summary>As a consumer that dies with a message; returns how many deliveries the broker has counted until then.</summary>
    private async Task<long> TakeAndGiveBackAsync(string way)
    {
        Socket socket = null!;
        var factory = new ConnectionFactory
        {
            Uri = new Uri(_broker.ConnectionString),
            AutomaticRecoveryEnabled = false,
            SocketFactory = family => new TcpClientAdapter(socket = new Socket(family, SocketType.Stream, ProtocolType.Tcp)),
        };
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var delivered = new TaskCompletionSource<(ulong Tag, long Counted)>();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            var count = delivery.BasicProperties.Headers?.TryGetValue(DeliveryLimit.Header, out var value) == true ? value : 0;
            delivered.TrySetResult((delivery.DeliveryTag, Convert.ToInt64(count, CultureInfo.InvariantCulture)));
            return Task.CompletedTask;
        };
        var consumerTag = await channel.BasicConsumeAsync(Queue, autoAck: false, consumer);
        var (tag, counted) = await delivered.Task.WaitAsync(TimeSpan.FromSeconds(60));
        switch (way)
        {
            case "connection lost":
                socket.LingerState = new LingerOption(true, 0);
                socket.Close();
                break;
            case "channel closed":
                await channel.CloseAsync();
                break;
            default:
                await channel.BasicCancelAsync(consumerTag);
                await channel.BasicNackAsync(tag, multiple: false, requeue: true);
                break;
        }

        return counted;
    }

    private async Task<BasicGetResult?> TakeDeadLetterAsync()
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(_broker.ConnectionString) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        try
        {
            return await channel.BasicGetAsync($"{Queue}_error", autoAck: true);
        }
        catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
        {
            // It is made with its first message; in that moment the broker may close the whole connection.
            return null;
        }
    }

    private static string Text(BasicGetResult letter, string header)
        => letter.BasicProperties.Headers!.TryGetValue(header, out var value) ? Encoding.UTF8.GetString((byte[])value!) : "";

    private async Task<WebApplication> StartAsync(bool consumes)
    {
        var builder = WebApplication.CreateBuilder();
        // MassTransit keeps the last logger factory of the process, disposed or not.
        builder.Services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["ConnectionStrings:broker"] = _broker.ConnectionString;
        builder.AddServiceDefaults("test");
        builder.AddBus(bus =>
        {
            if (consumes)
            {
                bus.AddMergeConsumer<NumberChanged>(Queue, _ => (events, _) =>
                {
                    _merged.TrySetResult(events[0]);
                    return Task.CompletedTask;
                });
            }
        });
        var app = builder.Build();
        await app.StartAsync();
        await app.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromSeconds(60));
        return app;
    }
}
