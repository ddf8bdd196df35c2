namespace PilotHooks.Ingress.Publishing;

/// <summary>How long the broker may take.</summary>
internal sealed class PublishingOptions
{
    public const string Section = "Publishing";

    /// <summary>
    /// How long one event waits for the broker's confirmation before it goes to the spool. A provider waits "a few seconds
    /// at most" (whatsapp-platform-webhooks.md), and the spool needs a moment after it.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);
}
