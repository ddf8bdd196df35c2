using PilotHooks.Simulator.Bursts;
using PilotHooks.Simulator.Business;
using PilotHooks.Simulator.Delivery;
using PilotHooks.Simulator.Provider;

namespace PilotHooks.Simulator;

/// <summary>What the simulator is made of: the provider's API, a small living business, and the delivery of its events.</summary>
internal static class SimulatorServices
{
    public static void AddSimulator(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<SimulatorOptions>().BindConfiguration(SimulatorOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton(services => Ingress.From(services.GetRequiredService<IConfiguration>()));
        builder.Services.AddSingleton<DeliveryClient>();
        builder.Services.AddSingleton<DeliveryCounts>();
        builder.Services.AddSingleton<WebhookRegistry>();
        builder.Services.AddSingleton<Dispatcher>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Dispatcher>());
        builder.Services.AddSingleton<Schedule>();
        builder.Services.AddHostedService(services => services.GetRequiredService<Schedule>());
        builder.Services.AddSingleton<World>();
        builder.Services.AddSingleton<BurstRunner>();
        builder.Services.AddHostedService(services => services.GetRequiredService<BurstRunner>());
        builder.Services.AddHostedService<LivingBusiness>();
    }

    public static void MapSimulator(this WebApplication app)
    {
        app.MapStatus();
        app.MapBursts();
        app.MapControl();

        var provider = app.MapProvider();
        provider.MapMessages();
        provider.MapNumbers();
        provider.MapWebhooks();
    }
}
