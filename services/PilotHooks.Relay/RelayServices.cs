using MassTransit;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PilotHooks.Contracts;
using PilotHooks.Relay.Archive;
using PilotHooks.Relay.Contacts;
using PilotHooks.Relay.Deliveries;
using PilotHooks.Relay.Endpoints;
using PilotHooks.Relay.Intake;
using PilotHooks.Relay.Outages;
using PilotHooks.Relay.Quotas;
using PilotHooks.Relay.RefusedRequests;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Contacts;
using PilotHooks.ServiceDefaults.Data;
using PilotHooks.ServiceDefaults.Figures;

namespace PilotHooks.Relay;

/// <summary>What the relay is made of.</summary>
internal static class RelayServices
{
    /// <summary>
    /// Two lanes, because while one waits for the database the ready deliveries run out. Few messages ahead: each may hold 64
    /// events, and what waits in memory outlives every collection.
    /// </summary>
    private static readonly MergeBatchOptions ArchiveBatches = new(MaxBatch: 512, Lanes: 2, Prefetch: 32);
    private static readonly MergeBatchOptions RefusalBatches = new(MaxBatch: 16, Prefetch: 16);
    private static readonly MergeBatchOptions OutcomeBatches = new(MaxBatch: 256);

    /// <summary>Each is a whole batch of the archive.</summary>
    private static readonly MergeBatchOptions FirstAttemptBatches = new(MaxBatch: 4);

    public static WebApplicationBuilder AddRelay(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<RelayOptions>().BindConfiguration(RelayOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddGateway();
        builder.AddDatabase("relay");
        builder.AddKeyRing("Relay");
        services.AddSingleton<SecretVault>();
        services.AddSingleton<RelayMetrics>();
        services.AddSingleton<WorkSignal>();
        services.AddSingleton<EndpointStore>();
        services.AddSingleton<DeliveryStore>();
        services.AddSingleton<QuotaStore>();
        services.AddSingleton<AttemptLog>();
        services.AddSingleton<EventStore>();
        services.AddSingleton<ArchiveWriter>();
        services.AddDeliveries();
        services.AddHostedService<OutageWatch>();
        services.AddSingleton<IntakeTroubles>();
        services.AddHostedService<SilenceWatch>();
        services.AddSingleton<RefusedRequestStore>();
        services.AddSingleton<EventErasure>();
        builder.AddContacts<RelayContacts>();
        builder.AddRetention(Retention.Plan);
        builder.AddFigures("relay");
        builder.AddBus(bus =>
        {
            AddArchive(bus);
            AddRefusals(bus);
        });
        return builder;
    }

    public static WebApplication MapRelay(this WebApplication app)
    {
        var api = app.MapApi().RefuseOtherNumbers();
        api.MapWebhooks();
        api.MapDeliveries();
        api.MapEvents();
        api.MapRefusedRequests();
        var forConsole = app.MapInternal();
        forConsole.MapSecrets();
        forConsole.MapContacts();
        return app;
    }

    private static void AddDeliveries(this IServiceCollection services)
    {
        services.AddSingleton<DeliveryCounts>();
        services.AddHostedService(provider => provider.GetRequiredService<DeliveryCounts>());
        services.AddSingleton<RetryRuns>();
        services.AddHostedService(provider => provider.GetRequiredService<RetryRuns>());
        services.AddSingleton<ClaimQuery>();
        services.AddSingleton<PromiseTakeover>();
        services.AddSingleton<LeaseKeeper>();
        services.AddSingleton<DeliveryScheduler>();
        services.AddSingleton<AcceptedSecrets>();
        services.AddSingleton<DeliverySender>();
        services.AddSingleton<OutcomeMerge>();
        services.AddSingleton<AttemptRunner>();
        services.AddSingleton<DeliveryDispatcher>();
        // The batchers before the worker: services stop in reverse, so the worker's last outcomes are still recorded.
        services.AddBatcher<Outcome>(provider => provider.GetRequiredService<OutcomeMerge>().MergeAsync, OutcomeBatches);
        services.AddSingleton<FirstAttemptsMerge>();
        services.AddBatcher<FirstAttempts>(provider => provider.GetRequiredService<FirstAttemptsMerge>().MergeAsync, FirstAttemptBatches);
        services.AddSingleton<FirstAttemptPath>();
        services.AddHostedService<DeliveryWorker>();
    }

    private static void AddArchive(IBusRegistrationConfigurator bus)
    {
        bus.TryAddSingleton<OutageMerge>();
        bus.TryAddSingleton<ArchiveMerge>();
        bus.AddSingleton(new MergeSource<ArchivedEvent>(Queues.RelayArchive, item => item.Event.ReceivedAt));
        bus.AddBatcher<ArchivedEvent>(provider => provider.GetRequiredService<ArchiveMerge>().MergeAsync, ArchiveBatches);
        bus.AddConsumer<ArchiveConsumer>().Endpoint(endpoint =>
        {
            endpoint.Name = Queues.RelayArchive;
            endpoint.PrefetchCount = ArchiveBatches.Prefetch;
            endpoint.ConcurrentMessageLimit = ArchiveBatches.Prefetch;
        });
    }

    private static void AddRefusals(IBusRegistrationConfigurator bus)
    {
        bus.AddBatcher<RefusedRequest>(provider => provider.GetRequiredService<RefusedRequestStore>().AddAsync, RefusalBatches);
        bus.AddConsumer<RefusedRequestConsumer>().Endpoint(endpoint =>
        {
            endpoint.Name = Queues.RelayRefusedRequests;
            endpoint.PrefetchCount = RefusalBatches.Prefetch;
            endpoint.ConcurrentMessageLimit = RefusalBatches.Prefetch;
        });
    }

    private static void AddBatcher<T>(this IServiceCollection services, Func<IServiceProvider, MergeBatch<T>> merge, MergeBatchOptions options)
        where T : class
    {
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<MergeBatcher<T>>(provider, merge(provider), options));
        services.AddHostedService(provider => provider.GetRequiredService<MergeBatcher<T>>());
    }
}
