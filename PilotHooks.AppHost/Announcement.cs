using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace PilotHooks.AppHost;

/// <summary>Says how to use the system once its API is up.</summary>
internal static class Announcement
{
    public static void Announce(this IDistributedApplicationBuilder builder, AppHostOptions options, ParameterResource apiKey, string signInToken)
        => builder.Services.AddHostedService(services =>
            new Announcer(services.GetRequiredService<ResourceNotificationService>(), options, apiKey, signInToken));

    private sealed class Announcer(ResourceNotificationService resources, AppHostOptions options, ParameterResource apiKey, string signInToken) : BackgroundService
    {
        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            try
            {
                await resources.WaitForResourceHealthyAsync("console", stoppingToken);
            }
            catch (DistributedApplicationException)
            {
                return; // It did not come up, and has said so itself.
            }

            var key = await apiKey.GetValueAsync(stoppingToken);
            var simulator = options.Simulator ? $"{Environment.NewLine}  Simulator  http://localhost:{options.SimulatorPort}" : "";
            Console.WriteLine($"""
                  Console    http://localhost:{options.ConsolePort}/sign-in/{signInToken}
                  Webhooks   http://localhost:{options.IngressPort}/hooks/whatsapp and /hooks/platform
                  API        http://localhost:{options.ConsolePort}/v1{simulator}
                  API key    {key}
                  Try        curl -H 'x-api-key: {key}' http://localhost:{options.ConsolePort}/v1/messages?limit=5

                """);
        }
    }
}
