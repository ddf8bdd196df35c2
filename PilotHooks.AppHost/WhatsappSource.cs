namespace PilotHooks.AppHost;

/// <summary>How the source <c>whatsapp</c> knows its provider, which documents no proof of its own.</summary>
internal enum WhatsappAuthentication
{
    /// <summary>The configuration of the ingress says it, in the environment that it shares with a local run.</summary>
    Configured,

    /// <summary>It takes events from anyone: the default of a local run.</summary>
    None,

    /// <summary>By a token in the URL: the default of what is published.</summary>
    QueryToken,
}

internal static class WhatsappSource
{
    /// <summary>Configures the source; the token is made where none is given.</summary>
    /// <returns>The token's parameter; null for no token.</returns>
    public static IResourceBuilder<ParameterResource>? WithWhatsappSource(
        this IResourceBuilder<ProjectResource> ingress, WhatsappAuthentication authentication, LocalSecrets secrets)
    {
        const string variable = "Sources__whatsapp__Authentication";
        switch (authentication)
        {
            case WhatsappAuthentication.None:
                ingress.WithEnvironment(variable, "none");
                return null;
            case WhatsappAuthentication.QueryToken:
                var token = secrets.AddParameter(
                    ingress.ApplicationBuilder, "whatsapp-token", "The token in the address for Pilot Status: https://<host of the ingress>/hooks/whatsapp?token=<this>.",
                    LocalSecrets.NewPassword, isMadeWherePublished: true);
                ingress.WithEnvironment(variable, "query-token").WithEnvironment("Sources__whatsapp__Secrets__0", token);
                return token;
            default:
                return null;
        }
    }
}
