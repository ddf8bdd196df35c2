using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using PilotHooks.Contracts;
using PilotHooks.Ingress.Deduplication;
using PilotHooks.Ingress.Intake;
using PilotHooks.Ingress.Numbers;
using PilotHooks.Ingress.Publishing;
using PilotHooks.Ingress.Refusals;
using PilotHooks.Ingress.Sources;
using PilotHooks.Ingress.Spool;
using PilotHooks.Ingress.Webhooks;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Figures;

namespace PilotHooks.Ingress;

/// <summary>What the ingress is made of.</summary>
internal static class IngressServices
{
    private const int IntakePrefetch = 8;

    public static void AddIngress(this WebApplicationBuilder builder)
    {
        // One request at a time on each connection, so that the number of connections bounds what requests may cost.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1));
        builder.AddBus(bus => bus.AddConsumer<IntakeConsumer>().Endpoint(endpoint =>
        {
            endpoint.Name = Queues.IngressIntake;
            // Beside the events that providers post, which come first.
            endpoint.PrefetchCount = IntakePrefetch;
            endpoint.ConcurrentMessageLimit = IntakePrefetch;
        }));
        builder.AddFigures("ingress");
        builder.AddRedisClient("redis", settings =>
        {
            settings.DisableHealthChecks = true;
            // Its instrumentation keeps every command for seconds, and so hundreds of megabytes under load; the one command that
            // an answer waits for has a span of ours (EventLedger).
            settings.DisableTracing = true;
        });
        builder.AddSources();
        builder.AddOptions();

        builder.Services.AddSingleton<IngressMetrics>();
        builder.Services.AddSingleton<EventPublisher>();
        builder.Services.AddSingleton<EventAcceptor>();
        builder.Services.AddSingleton<FormerIds>();
        builder.Services.AddHostedService(services => services.GetRequiredService<FormerIds>());
        builder.Services.AddSingleton<EventLedger>();
        builder.Services.AddSingleton<RateLimiter>();
        builder.Services.AddSingleton<OwnPhones>();
        builder.Services.AddSingleton<EventSpool>();
        builder.Services.AddHostedService<SpoolDrainer>();
        builder.Services.AddSingleton<RefusalLog>();
        builder.Services.AddHostedService<RefusalPublisher>();
        builder.Services.AddSingleton<UnverifiedBodies>();
        builder.Services.AddSingleton<RequestReader>();
        builder.Services.AddSingleton<WebhookReceiver>();

        builder.Services.AddSingleton<IngressHealth>();
        builder.Services.AddHealthChecks().AddCheck<IngressHealth>("intake");
        // The bus's own check says "not ready" while the broker is away, when the spool still takes events.
        builder.Services.PostConfigure<HealthCheckServiceOptions>(options =>
        {
            foreach (var bus in options.Registrations.Where(check => check.Name == "masstransit-bus").ToList())
            {
                options.Registrations.Remove(bus);
            }
        });
    }

    private static void AddSources(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<SourcesOptions>()
            .Configure<IConfiguration, IHostEnvironment>((options, configuration, environment) => options.Read(configuration, environment.IsDevelopment()))
            .ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<SourcesOptions>, SourcesOptions.Validator>();
        builder.Services.AddSingleton<SourceTable>();
    }

    private static void AddOptions(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<PublishingOptions>()
            .BindConfiguration(PublishingOptions.Section)
            .Validate(options => options.Timeout > TimeSpan.Zero && options.Timeout <= TimeSpan.FromSeconds(10), "Publishing:Timeout is to be over 0 and at most 10 seconds: the provider waits for the answer.")
            .ValidateOnStart();
        builder.Services.AddOptions<DeduplicationOptions>()
            .BindConfiguration(DeduplicationOptions.Section)
            .Validate(options => options.Claim >= TimeSpan.FromSeconds(5), "Deduplication:Claim is to be at least 5 seconds, longer than an event takes.")
            .Validate(options => options.Window >= options.Claim && options.Window <= TimeSpan.FromDays(366), "Deduplication:Window is to be at least Deduplication:Claim and at most 366 days.")
            .ValidateOnStart();
        builder.Services.AddOptions<UnverifiedBodyOptions>().BindConfiguration(UnverifiedBodyOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<RefusalOptions>()
            .BindConfiguration(RefusalOptions.Section)
            .Validate(options => options.MaxPerSecond is > 0 and <= 1000, "RefusedRequests:MaxPerSecond is to be 1 to 1000; RefusedRequests:Enabled false keeps none.")
            .Validate(options => options.MaxBodyBytes is >= 0 and <= 1024 * 1024, "RefusedRequests:MaxBodyBytes is to be 0 to 1048576.")
            .ValidateOnStart();
        builder.Services.AddOptions<SpoolOptions>()
            .BindConfiguration(SpoolOptions.Section)
            .Validate(options => options.MaxEntries >= 0 && options.MaxBytes >= 0, "Spool:MaxEntries and Spool:MaxBytes are not to be negative.")
            .Validate(options => options.KeepUnreadable > TimeSpan.Zero && options.KeepUnreadable <= TimeSpan.FromDays(366), "Spool:KeepUnreadable is to be over 0 and at most 366 days.")
            .Validate(options => options.DrainBatch is > 0 and <= 1000, "Spool:DrainBatch is to be 1 to 1000.")
            .Validate(options => options.DrainTimeout > TimeSpan.Zero && options.DrainTimeout <= TimeSpan.FromSeconds(20), "Spool:DrainTimeout is to be over 0 and at most 20 seconds: the lease on the spool is not much longer.")
            .ValidateOnStart();
    }
}
