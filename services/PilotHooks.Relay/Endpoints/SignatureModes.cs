namespace PilotHooks.Relay.Endpoints;

/// <summary>Which signature headers an endpoint gets.</summary>
internal static class SignatureModes
{
    /// <summary>Both of the others.</summary>
    public const string Both = "both";

    /// <summary><c>X-Webhook-Signature</c>.</summary>
    public const string Hex = "hex";

    /// <summary>The three headers of Standard Webhooks.</summary>
    public const string Standard = "standard";

    public static readonly string[] All = [Both, Hex, Standard];
}
