namespace PilotHooks.Console.Components.Webhooks;

/// <summary>Names the texts of the webhook screens.</summary>
internal sealed class WebhooksTexts;
