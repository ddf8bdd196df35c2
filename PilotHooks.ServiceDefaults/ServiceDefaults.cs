using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.ServiceDefaults;

/// <summary>What every service has alike: telemetry, health, limits of requests, problem details and the JSON of the API.</summary>
public static class ServiceDefaults
{
    private const string LiveTag = "live";

    /// <summary>Adds them. <paramref name="service"/> is the service's name in traces, metrics and logs where the environment gives none.</summary>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, string service)
    {
        builder.AddTelemetry(service);
        RequestLimits.Add(builder);
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag]);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddProblems();
        builder.Services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        return builder;
    }

    /// <summary>
    /// Maps <c>GET /health</c> (ready: every part it needs answers) and <c>GET /alive</c> (the process itself), in every
    /// environment, since whoever runs the service needs them there most.
    /// </summary>
    public static WebApplication MapDefaultEndpoints(this WebApplication app)
    {
        app.UseProblems();
        app.UseUnescapedRouteValues();
        app.MapHealthChecks("/health");
        app.MapHealthChecks("/alive", new HealthCheckOptions { Predicate = check => check.Tags.Contains(LiveTag) });
        return app;
    }
}
