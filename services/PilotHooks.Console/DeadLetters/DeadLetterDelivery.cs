using PilotHooks.ServiceDefaults.Bus;
using RabbitMQ.Client;

namespace PilotHooks.Console.DeadLetters;

/// <summary>A message of a dead letter queue, as it was delivered and as it was read.</summary>
/// <param name="Letters">A message may hold several events. None where it could not be read: <paramref name="Fault"/>.</param>
internal sealed record DeadLetterDelivery(ulong Tag, BasicProperties Properties, byte[] Body, IReadOnlyList<DeadLetter> Letters, Exception? Fault)
{
    /// <summary>Whether consoles have died with it as often as the broker may bear.</summary>
    public bool IsAtDeliveryLimit => DeliveryLimit.IsReached(Properties.Headers?.TryGetValue(DeliveryLimit.Header, out var count) == true ? count : null);

    /// <summary>Never throws: an exception would be lost in the client, and the message with it until the channel ends.</summary>
    public static DeadLetterDelivery Read(string queue, ulong tag, IReadOnlyBasicProperties properties, byte[] body, DateTimeOffset now)
    {
        // The broker's own buffer ends with the delivery.
        var own = new BasicProperties(properties);
        try
        {
            return new DeadLetterDelivery(tag, own, body, DeadLetter.ReadAll(queue, own, body, now), Fault: null);
        }
        catch (Exception exception)
        {
            return new DeadLetterDelivery(tag, own, body, [], exception);
        }
    }
}
