using PilotHooks.Contracts;

namespace PilotHooks.Messaging.Messages;

/// <summary>What one event says: of its message, or of another that it edits or takes back. Several only in Meta's envelope.</summary>
internal sealed record MessageReading(IReadOnlyList<MessageChange> Changes, IReadOnlyList<MessageRevision> Revisions)
{
    /// <summary>The event says nothing that is kept.</summary>
    public static readonly MessageReading Nothing = new([], []);

    public static MessageReading Of(MessageStatusReported reported) => new([.. StatusReader.Read(reported)], []);

    public static MessageReading Of(MessageReceived received) => ReceivedReader.Read(received);
}
