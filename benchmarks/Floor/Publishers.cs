using MassTransit;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Bus;
using RabbitMQ.Client;

namespace PilotHooks.Benchmarks.Floor;

/// <summary>Publishes one event and completes when the broker has confirmed it.</summary>
internal delegate Task Publish(IServiceProvider services, Guid id, byte[] body);

internal static class Publishers
{
    public static async Task<Publish> CreateAsync(WebApplicationBuilder builder)
    {
        var mode = builder.Configuration["FLOOR"];
        switch (mode)
        {
            case "one-queue":
                return await ClientAsync(builder.Configuration, "floor-one", ["floor-one-events"]);
            case "two-queues":
                return await ClientAsync(builder.Configuration, "floor-two", ["floor-two-events", "floor-two-archive"]);
            case "masstransit":
                builder.AddBus();
                return MassTransitAsync;
            default:
                throw new InvalidOperationException($"FLOOR is '{mode}'; it may be one-queue, two-queues or masstransit.");
        }
    }

    private static async Task<Publish> ClientAsync(IConfiguration configuration, string exchange, string[] queues)
    {
        var factory = new ConnectionFactory { Uri = new Uri(configuration.GetConnectionString("broker")!) };
        var connection = await factory.CreateConnectionAsync();
        // Four channels in place of one were no faster.
        var channel = await connection.CreateChannelAsync(new CreateChannelOptions(
            publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null));
        await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true);
        foreach (var queue in queues)
        {
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
            await channel.QueueBindAsync(queue, exchange, "");
        }

        return async (_, id, body) =>
            await channel.BasicPublishAsync(
                exchange, "", mandatory: false, new BasicProperties { Persistent = true, MessageId = id.ToString(), ContentType = "application/json" }, body);
    }

    /// <summary>The product's bus, with none of the rest of the ingress.</summary>
    private static Task MassTransitAsync(IServiceProvider services, Guid id, byte[] body)
    {
        var now = DateTimeOffset.UtcNow;
        return services.GetRequiredService<IBus>().Publish(
            new MessageStatusReported(id, "message.sent", "whatsapp", "cmm0abc123", now, now, body),
            context => context.MessageId = id);
    }
}
