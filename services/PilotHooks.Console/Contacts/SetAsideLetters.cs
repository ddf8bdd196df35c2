using Microsoft.Extensions.Options;
using PilotHooks.Console.Data;
using PilotHooks.Console.DeadLetters;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Contacts;
using RabbitMQ.Client;

namespace PilotHooks.Console.Contacts;

/// <summary>The queue of dead letters that the database would not take.</summary>
internal sealed class SetAsideLetters(Broker broker, IOptions<RetentionOptions> retention, TimeProvider time)
{
    /// <summary>Takes the person's out; the others go to the end of the queue, each before its former self is gone.</summary>
    public async Task<int> EraseAsync(ContactId contact, CancellationToken cancellationToken)
    {
        var connection = await broker.ConnectAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(Broker.Confirmed, cancellationToken);
        await DeadLetterTopology.DeclareSetAsideAsync(channel, cancellationToken);
        var erased = 0;
        for (var left = await channel.MessageCountAsync(DeadLetterTopology.SetAside, cancellationToken); left > 0; left--)
        {
            if (await channel.BasicGetAsync(DeadLetterTopology.SetAside, autoAck: false, cancellationToken) is not { } message)
            {
                break;
            }

            var body = message.Body.ToArray();
            if (ConsoleContacts.IsOf(QueueOf(message.BasicProperties), body, contact))
            {
                erased++;
            }
            else
            {
                var properties = new BasicProperties(message.BasicProperties) { Persistent = true };
                properties.Headers = properties.Headers?.Where(header => header.Key != DeliveryLimit.Header).ToDictionary();
                if (SetAsideAge.TryApply(properties, retention.Value.Content, time.GetUtcNow()))
                {
                    await channel.BasicPublishAsync(exchange: "", DeadLetterTopology.SetAside, mandatory: true, properties, body, cancellationToken);
                }
            }

            await channel.BasicAckAsync(message.DeliveryTag, multiple: false, cancellationToken);
        }

        return erased;
    }

    private static string QueueOf(IReadOnlyBasicProperties properties)
    {
        var name = properties.Headers?.TryGetValue(DeadLetterTopology.FromHeader, out var from) == true ? AmqpHeaders.AsText(from) ?? "" : "";
        return DeadLetterTopology.All.FirstOrDefault(source => source.Name == name).Queue ?? name;
    }
}
