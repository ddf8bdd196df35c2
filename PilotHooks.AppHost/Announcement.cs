using PilotHooks.AppHost.Commands;

namespace PilotHooks.AppHost;

/// <summary>Says how to use the system once its API is up.</summary>
internal static class Announcement
{
    public static void AnnounceWhenReady(this IResourceBuilder<ProjectResource> console, AppHostOptions options, ParameterResource apiKey, ParameterResource? whatsappToken, string signInToken)
        => console.OnResourceReady(async (_, _, cancellationToken) =>
        {
            var key = await apiKey.FirstKeyAsync(cancellationToken);
            var token = whatsappToken is null ? "" : $"?token={Uri.EscapeDataString(await whatsappToken.GetValueAsync(cancellationToken) ?? "")}";
            var simulator = options.Simulator ? $"{Environment.NewLine}  Simulator  http://localhost:{options.Port("simulator")}" : "";
            Console.WriteLine($"""
                  Console    http://localhost:{options.Port("console")}/sign-in/{signInToken}
                             (this link signs in once, within ten minutes)
                  Webhooks   http://localhost:{options.Port("ingress")}/hooks/whatsapp{token} and /hooks/platform
                  API        http://localhost:{options.Port("console")}/v1{simulator}
                  API key    {key}
                  Try        curl -H 'x-api-key: {key}' http://localhost:{options.Port("console")}/v1/messages?limit=5

                """);
        });
}
