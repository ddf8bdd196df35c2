using PilotHooks.Console.DeadLetters;
using PilotHooks.Console.Forwarding;
using PilotHooks.Console.Keys;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Console;

/// <summary>What the console is made of: the keys, the way to the services behind it, and the dead letters.</summary>
internal static class ConsoleServices
{
    public static void AddConsole(this WebApplicationBuilder builder)
    {
        builder.Services.AddGateway();
        builder.AddDatabase("console");

        builder.Services.AddOptions<ApiKeyOptions>().BindConfiguration("").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<ApiKeyStore>();
        builder.Services.AddSingleton<ApiKeyAuthenticator>();

        builder.Services.AddOptions<ForwardingOptions>().BindConfiguration(ForwardingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<UpstreamOptions>().BindConfiguration(UpstreamOptions.Section)
            .Validate(UpstreamOptions.AreUsable, "Each of services:messaging, services:numbers and services:calls needs at least one absolute http address (services:<name>:http:0).")
            .ValidateOnStart();
        builder.Services.AddSingleton<Forwarder>();
        builder.WebHost.ConfigureKestrel((context, kestrel) =>
            kestrel.Limits.MaxRequestBodySize = context.Configuration.GetSection(ForwardingOptions.Section).GetValue(nameof(ForwardingOptions.MaxBodyBytes), ForwardingOptions.DefaultMaxBodyBytes));

        builder.AddRabbitMQClient(
            Bus.ConnectionName,
            settings => settings.DisableHealthChecks = true, // It asks the client's own connection; ours is Broker's.
            factory =>
            {
                factory.ClientProvidedName = "pilothooks-console";
                factory.AutomaticRecoveryEnabled = false;
                factory.RequestedConnectionTimeout = TimeSpan.FromSeconds(5);
            });
        builder.Services.AddSingleton<Broker>();
        builder.Services.AddHealthChecks().AddCheck<Broker>(Bus.ConnectionName);
        builder.Services.AddSingleton<DeadLetterMetrics>();
        builder.Services.AddSingleton<DeadLetterStore>();
        builder.Services.AddSingleton<DeadLetterPublisher>();
        builder.Services.AddHostedService<DeadLetterDrain>();
        builder.Services.AddSingleton<DeadLetterReplayer>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DeadLetterReplayer>());
    }

    public static void MapConsole(this WebApplication app)
    {
        app.UseMiddleware<ApiKeyMiddleware>();
        app.MapApiKeys();
        app.MapDeadLetters();
        app.MapForwarding();
    }
}
