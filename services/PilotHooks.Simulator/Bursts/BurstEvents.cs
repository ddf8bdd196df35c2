using System.Globalization;
using PilotHooks.Simulator.Business;
using PilotHooks.Simulator.Events;

namespace PilotHooks.Simulator.Bursts;

/// <summary>
/// The events of a burst: of every four, three are the life of one sent message and one is an inbound message. All are
/// different, and the same index gives the same message again.
/// </summary>
internal static class BurstEvents
{
    private const int Group = 4;

    public static SimulatedEvent Make(string burst, int index, World world, DateTimeOffset now)
    {
        var message = index / Group;
        var number = world.Numbers[message % world.Numbers.Count];
        var contact = world.Contacts[message % world.Contacts.Count];
        var name = string.Create(CultureInfo.InvariantCulture, $"{burst}{message:x8}");
        if (index % Group == Group - 1)
        {
            return MessageEvents.Received(number, contact, $"cmr{name}", $"IN{name}", Phrases.Received[message % Phrases.Received.Count], now);
        }

        var sent = new SentMessage(number, contact.Phone, $"cms{name}", $"corr_{name}", $"OUT{name}", "text", Phrases.Sent[message % Phrases.Sent.Count]);
        return (index % Group) switch
        {
            0 => MessageEvents.Sent(sent, now),
            1 => MessageEvents.Delivered(sent, now),
            _ => MessageEvents.Read(sent, now),
        };
    }
}
