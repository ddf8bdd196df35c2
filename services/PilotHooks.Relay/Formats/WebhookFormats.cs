using System.Text.Json;

namespace PilotHooks.Relay.Formats;

/// <summary>An event as the translation needs it.</summary>
internal sealed record RelayedEvent(Guid EventId, string Event, string? NumberId, DateTimeOffset OccurredAt, ReadOnlyMemory<byte> Payload);

/// <summary>What an endpoint's body may look like.</summary>
internal static class WebhookFormats
{
    public const string Original = "original";
    public const string PilotStatus = "pilot-status";
    public const string Platform = "platform";
    public const string Slack = "slack";
    public const string Teams = "teams";

    public static readonly string[] All = [Original, PilotStatus, Platform, Slack, Teams];

    /// <summary>
    /// The body to send: the provider's very bytes where the format is theirs already, or where it is nested too deep to be
    /// translated, which the ingress lets through as not recognized.
    /// </summary>
    public static ReadOnlyMemory<byte> Render(string format, RelayedEvent relayed)
    {
        try
        {
            return Translate(format, relayed);
        }
        catch (JsonException)
        {
            return relayed.Payload;
        }
    }

    private static ReadOnlyMemory<byte> Translate(string format, RelayedEvent relayed) => format switch
    {
        PilotStatus => Translation.ToPilotStatus(relayed),
        Platform => Translation.ToPlatform(relayed),
        Slack => ChatMessage.ToSlack(relayed),
        Teams => ChatMessage.ToTeams(relayed),
        _ => relayed.Payload,
    };
}
