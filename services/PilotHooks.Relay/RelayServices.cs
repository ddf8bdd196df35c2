using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using PilotHooks.Contracts;
using PilotHooks.Relay.Archive;
using PilotHooks.Relay.Data;
using PilotHooks.Relay.Deliveries;
using PilotHooks.Relay.Endpoints;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Relay;

/// <summary>What the relay is made of.</summary>
internal static class RelayServices
{
    private const string DatabaseName = "relay";
    private static readonly MergeBatchOptions ArchiveBatches = new(MaxBatch: 256);
    private static readonly MergeBatchOptions OutcomeBatches = new(MaxBatch: 256);

    public static WebApplicationBuilder AddRelay(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<RelayOptions>().BindConfiguration(RelayOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddGateway();
        TuneConnections(builder.Configuration);
        builder.AddDatabase(DatabaseName);
        services.AddKeyRing();
        services.AddSingleton<RelayMetrics>();
        services.AddSingleton<WorkSignal>();
        services.AddSingleton<EndpointStore>();
        services.AddSingleton<DeliveryStore>();
        services.AddSingleton<AttemptLog>();
        services.AddSingleton<EventStore>();
        services.AddDeliveries();
        services.AddHostedService<Retention>();
        builder.AddBus(AddArchive);
        return builder;
    }

    public static WebApplication MapRelay(this WebApplication app)
    {
        var api = app.MapApi();
        api.MapWebhooks();
        api.MapDeliveries();
        api.MapEvents();
        return app;
    }

    /// <summary>
    /// Without just-in-time compilation: of the claim's many small parts PostgreSQL expects far more rows than there are,
    /// and would spend seconds compiling what runs for milliseconds.
    /// </summary>
    private static void TuneConnections(ConfigurationManager configuration)
    {
        if (configuration.GetConnectionString(DatabaseName) is { } given)
        {
            var connection = new NpgsqlConnectionStringBuilder(given);
            connection.Options = $"{connection.Options} -c jit=off".TrimStart();
            configuration[$"ConnectionStrings:{DatabaseName}"] = connection.ConnectionString;
        }
    }

    private static void AddDeliveries(this IServiceCollection services)
    {
        services.AddSingleton<ClaimQuery>();
        services.AddSingleton<DeliverySender>();
        services.AddSingleton<OutcomeMerge>();
        // The batcher before the worker: services stop in reverse, so the worker's last outcomes are still recorded.
        services.AddBatcher<Outcome>(provider => provider.GetRequiredService<OutcomeMerge>().MergeAsync, OutcomeBatches);
        services.AddHostedService<DeliveryWorker>();
    }

    private static void AddArchive(IBusRegistrationConfigurator bus)
    {
        bus.TryAddSingleton<ArchiveMerge>();
        bus.AddBatcher<ArchivedEvent>(provider => provider.GetRequiredService<ArchiveMerge>().MergeAsync, ArchiveBatches);
        bus.AddConsumer<ArchiveConsumer>().Endpoint(endpoint =>
        {
            endpoint.Name = Queues.RelayArchive;
            endpoint.PrefetchCount = ArchiveBatches.MaxBatch * (ArchiveBatches.Lanes + 1);
            endpoint.ConcurrentMessageLimit = ArchiveBatches.MaxBatch * (ArchiveBatches.Lanes + 1);
        });
    }

    private static void AddBatcher<T>(this IServiceCollection services, Func<IServiceProvider, MergeBatch<T>> merge, MergeBatchOptions options)
        where T : class
    {
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<MergeBatcher<T>>(provider, merge(provider), options));
        services.AddHostedService(provider => provider.GetRequiredService<MergeBatcher<T>>());
    }
}
