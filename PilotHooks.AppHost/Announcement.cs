using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace PilotHooks.AppHost;

/// <summary>Says how to use the system once its API is up.</summary>
internal static class Announcement
{
    public static void Announce(this IDistributedApplicationBuilder builder, AppHostOptions options, Kept kept, string signInToken)
    {
        var apiKey = Parameters.Value(builder.Configuration, kept, "api-key", Kept.NewApiKey);
        var simulator = options.Simulator ? $"{Environment.NewLine}  Simulator  http://localhost:{options.SimulatorPort}" : "";
        var text = $"""
              Console    http://localhost:{options.ConsolePort}/sign-in/{signInToken}
              Webhooks   http://localhost:{options.IngressPort}/hooks/whatsapp and /hooks/platform
              API        http://localhost:{options.ConsolePort}/v1{simulator}
              API key    {apiKey}
              Try        curl -H 'x-api-key: {apiKey}' http://localhost:{options.ConsolePort}/v1/messages?limit=5

            """;
        builder.Services.AddHostedService(services => new Announcer(services.GetRequiredService<ResourceNotificationService>(), text));
    }

    private sealed class Announcer(ResourceNotificationService resources, string text) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            try
            {
                await resources.WaitForResourceHealthyAsync("console", stoppingToken);
                Console.WriteLine(text);
            }
            catch (DistributedApplicationException)
            {
                // It did not come up, and has said so itself.
            }
        }
    }
}
