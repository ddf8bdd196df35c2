using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.TestSupport;
using RabbitMQ.Client;

namespace PilotHooks.Contracts.Tests;

/// <summary>The services' own bus on one side, a plain AMQP client on the other; no consumer ever ran.</summary>
public sealed class TestBus : IAsyncLifetime, IAsyncDisposable
{
    private readonly TestServer? _broker;
    private WebApplication? _app;
    private IConnection? _connection;

    /// <summary>On the broker that the tests share.</summary>
    public TestBus()
    {
    }

    internal TestBus(TestServer broker) => _broker = broker;

    /// <summary>Publishes as services do.</summary>
    public IBus Bus => _app!.Services.GetRequiredService<IBus>();

    /// <summary>What is really in the broker.</summary>
    public IChannel Channel { get; private set; } = null!;

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        var broker = _broker ?? await TestServers.BrokerAsync();
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration[$"ConnectionStrings:{ServiceDefaults.Bus.Bus.ConnectionName}"] = broker.ConnectionString;
        builder.AddBus();
        _app = builder.Build();
        await _app.StartAsync();
        await _app.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, TimeSpan.FromSeconds(60));

        _connection = await new ConnectionFactory { Uri = new Uri(broker.ConnectionString) }.CreateConnectionAsync();
        Channel = await _connection.CreateChannelAsync();
    }

    /// <summary>Publishes as the ingress does.</summary>
    public Task PublishAsync(IWebhookEvent message)
        => Bus.Publish(message, message.GetType(), Pipe.Execute<PublishContext>(context =>
        {
            context.MessageId = message.EventId;
            context.Mandatory = true;
        }));

    /// <summary>Takes the event out of the queue, once it is there.</summary>
    public Task<BasicGetResult?> TakeAsync(string queue, Guid eventId)
        => Eventually.GetAsync(async () => await Channel.BasicGetAsync(queue, autoAck: true), message => message?.BasicProperties.MessageId == eventId.ToString());

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        await _connection!.DisposeAsync();
        await _app!.DisposeAsync();
    }

    ValueTask IAsyncDisposable.DisposeAsync() => new(DisposeAsync());
}

/// <summary>Tests that take from the same queues run one after the other.</summary>
[CollectionDefinition(nameof(TestBus))]
public sealed class TestBusGroup : ICollectionFixture<TestBus>;
