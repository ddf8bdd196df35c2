using PilotHooks.Simulator.Events;

namespace PilotHooks.Simulator.Business;

/// <summary>What becomes of a send; by default chance decides.</summary>
internal sealed record SendFate(bool? Fails = null, bool? Answered = null);

/// <summary>Stories around messages, sent and received.</summary>
internal static class MessageStories
{
    private const double ReadShare = 0.85;
    private const double AnsweredShare = 0.4;

    public static IReadOnlyList<Step> Send(World world, DateTimeOffset at, double failedShare, SendFate? fate = null)
    {
        var contact = world.Pick(world.Contacts);
        var message = new SentMessage(
            world.AnyNumber(at), contact.Phone, world.Id("cmm0"), world.UpperId("corr_"), world.MessageId(), "text", world.Pick(Phrases.Sent));
        return Lifecycle(world, at, message, contact, fate ?? new SendFate(world.Happens(failedShare)));
    }

    /// <summary>Sent, delivered, mostly read, sometimes answered by a contact who quotes it; or failed.</summary>
    public static IReadOnlyList<Step> Lifecycle(World world, DateTimeOffset at, SentMessage message, Contact? contact, SendFate fate)
    {
        var steps = new List<Step>();
        if (fate.Fails == true)
        {
            var failedAt = at + world.Seconds(0.8, 2);
            var (error, errorCode) = world.Pick(Phrases.Failures);
            return [new Step(failedAt, MessageEvents.Failed(message, error, errorCode, failedAt))];
        }

        var sentAt = at + world.Seconds(0.2, 0.8);
        var deliveredAt = sentAt + world.Seconds(0.3, 1.2);
        steps.Add(new Step(sentAt, MessageEvents.Sent(message, sentAt)));
        steps.Add(new Step(deliveredAt, MessageEvents.Delivered(message, deliveredAt)));
        if (contact is null || !(fate.Answered ?? world.Happens(ReadShare)))
        {
            return steps;
        }

        var readAt = deliveredAt + world.Seconds(0.5, 2);
        steps.Add(new Step(readAt, MessageEvents.Read(message, readAt)));
        if (fate.Answered ?? world.Happens(AnsweredShare))
        {
            var repliedAt = readAt + world.Seconds(0.5, 2);
            steps.Add(new Step(repliedAt, MessageEvents.Reply(message, contact, world.Id("cmm0"), world.MessageId(), world.Pick(Phrases.Replies), repliedAt)));
        }

        return steps;
    }

    public static IReadOnlyList<Step> Received(World world, DateTimeOffset at)
        => [new Step(at, MessageEvents.Received(world.AnyNumber(at), world.Pick(world.Contacts), world.Id("cmm0"), world.MessageId(), world.Pick(Phrases.Received), at))];

    public static IReadOnlyList<Step> ReceivedMedia(World world, DateTimeOffset at)
        => [new Step(at, MessageEvents.ReceivedMedia(world.AnyNumber(at), world.Pick(world.Contacts), world.Id("cmm0"), world.MessageId(), world.Pick(Phrases.Media), at))];

    public static IReadOnlyList<Step> Group(World world, DateTimeOffset at)
        => [new Step(at, MessageEvents.Group(world.Numbers[0], world.Pick(world.Contacts), world.Id("cmm0"), world.MessageId(), world.Pick(Phrases.Group), world.Group, at))];

    public static IReadOnlyList<Step> Newsletter(World world, DateTimeOffset at)
        => [new Step(at, MessageEvents.Newsletter(world.Numbers[0], world.Contacts[0], world.Id("cmm0"), world.MessageId(), world.Pick(Phrases.Channel), world.Channel, at))];
}
