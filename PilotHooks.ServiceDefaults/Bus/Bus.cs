using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PilotHooks.Contracts;

namespace PilotHooks.ServiceDefaults.Bus;

/// <summary>How every service meets the broker: serializer, topology, queues and retries, once.</summary>
public static class Bus
{
    /// <summary>The connection string's name.</summary>
    public const string ConnectionName = "broker";

    /// <summary>
    /// Adds MassTransit on RabbitMQ. Whoever publishes every kind of event declares all of <see cref="Queues"/> when it starts, so
    /// the first event finds its queues. A consumer's queue is the one that its definition names.
    /// </summary>
    /// <param name="builder">Of the service.</param>
    /// <param name="consumers">Adds them.</param>
    /// <param name="publishesAll">
    /// False for a service that has rights on its own queues alone: what it publishes all the same is declared with the first of it.
    /// </param>
    public static void AddBus(this WebApplicationBuilder builder, Action<IBusRegistrationConfigurator>? consumers = null, bool publishesAll = true)
    {
        builder.Services.AddOptions<MassTransitHostOptions>().Configure(options =>
        {
            // The broker may be away when the service starts: the ingress has its spool for that.
            options.WaitUntilStarted = false;
            // What is being merged may finish; what cannot goes back to the broker, and a replica takes it.
            options.ConsumerStopTimeout = TimeSpan.FromSeconds(5);
            options.StopTimeout = TimeSpan.FromSeconds(10);
        });
        builder.Services.AddSingleton(services => new GroupPublisher(services.GetRequiredService<IBus>(), new GroupPublishOptions()));
        builder.Services.AddMassTransit(bus =>
        {
            consumers?.Invoke(bus);
            // Otherwise it tells its maker what is configured, minutes after every start.
            bus.ConfigureUsageTelemetryOptions(telemetry => telemetry.Enabled = false);
            bus.AddConfigureEndpointsCallback((_, _, endpoint) =>
            {
                // Around the retries: what it sets aside is not tried.
                endpoint.UseFilter(new DeliveryLimit());
                // Short, for what a moment heals; longer waits are the batcher's, and what remains is a dead letter.
                endpoint.UseMessageRetry(retry => retry.Intervals(100, 500, 1000));
                // Nobody subscribes to MassTransit's fault events: a dead letter says it all.
                endpoint.PublishFaults = false;
                // The topology below binds the queues; a consumer's own bindings would only repeat it.
                endpoint.ConfigureConsumeTopology = false;
                if (endpoint is IRabbitMqReceiveEndpointConfigurator queue)
                {
                    queue.SetQuorumQueue();
                }
            });
            bus.UsingRabbitMq((context, broker) =>
            {
                broker.Host(new Uri(context.GetRequiredService<IConfiguration>().GetConnectionString(ConnectionName)
                    ?? throw new InvalidOperationException($"ConnectionStrings:{ConnectionName} is not configured.")));
                broker.AddSerializer(new WebhookEventSerializer(WebhookEventSerializer.EventContentType));
                broker.AddDeserializer(new WebhookEventSerializer(WebhookEventSerializer.EventContentType));
                broker.AddDeserializer(new WebhookEventSerializer(WebhookEventSerializer.GroupContentType));
                broker.DeployPublishTopology = publishesAll;
                DeclareQueues(broker);
                broker.ConfigureEndpoints(context);
            });
        });
        StopBusFirst(builder.Services);
    }

    /// <summary>
    /// Services stop in the reverse order of their registration, and MassTransit registers its own first: put last, it
    /// stops taking messages while the batchers still merge those it has taken.
    /// </summary>
    private static void StopBusFirst(IServiceCollection services)
    {
        var host = services.Single(service => service.ImplementationType == typeof(MassTransitHostedService));
        services.Remove(host);
        services.Add(host);
    }

    private static void DeclareQueues(IRabbitMqBusFactoryConfigurator broker)
    {
        broker.Publish<IWebhookEvent>(topology => topology.Exclude = true);
        foreach (var kind in Queues.ByIntake)
        {
            broker.Publish(kind, topology => topology.BindQueue(ExchangeOf(kind), Queues.IngressIntake, binding => binding.SetQuorumQueue()));
        }

        broker.Publish<RefusedRequest>(topology => topology.BindQueue(ExchangeOf(typeof(RefusedRequest)), Queues.RelayRefusedRequests, binding => binding.SetQuorumQueue()));
        foreach (var (kind, queue) in Queues.ByEvent)
        {
            broker.Publish(kind, topology =>
            {
                // Straight from the event's exchange to the queues, one hop less in the broker than by an exchange of each queue.
                var exchange = ExchangeOf(kind);
                topology.BindQueue(exchange, Queues.RelayArchive, binding => binding.SetQuorumQueue());
                if (queue is not null)
                {
                    topology.BindQueue(exchange, queue, binding => binding.SetQuorumQueue());
                }
            });
        }
    }

    /// <summary>MassTransit's own name of it.</summary>
    private static string ExchangeOf(Type kind) => $"{kind.Namespace}:{kind.Name}";
}
