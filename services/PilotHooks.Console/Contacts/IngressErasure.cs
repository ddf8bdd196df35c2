using System.Text.Json;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Contacts;
using RabbitMQ.Client;

namespace PilotHooks.Console.Contacts;

/// <summary>Tells the ingress, which answers nobody but providers, whom to forget: by its queue, which keeps it until then.</summary>
internal sealed class IngressErasure(Broker broker)
{
    /// <summary>Returns when the queue has it; throws while the broker is away, or the queue is not there yet.</summary>
    public async Task TellAsync(ContactId contact, DateTimeOffset requestedAt, CancellationToken cancellationToken)
    {
        var before = requestedAt.AddTicks(-1).UtcTicks;
        var properties = new BasicProperties
        {
            MessageId = Guid.CreateVersion7(requestedAt).ToString(),
            ContentType = WebhookEventHeaders.ContentType,
            Persistent = true,
            Headers = new Dictionary<string, object?>
            {
                [WebhookEventHeaders.Kind] = nameof(ContactErased),
                [WebhookEventHeaders.Event] = "contact.erased",
                [WebhookEventHeaders.Source] = "pilothooks",
                [WebhookEventHeaders.OccurredAt] = before,
                [WebhookEventHeaders.ReceivedAt] = before,
            },
        };
        var connection = await broker.ConnectAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(Broker.Confirmed, cancellationToken);
        await channel.BasicPublishAsync(
            exchange: "", Queues.IngressIntake, mandatory: true, properties, JsonSerializer.SerializeToUtf8Bytes(new { contact = contact.Canonical }), cancellationToken);
    }
}
