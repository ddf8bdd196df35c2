using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using PilotHooks.ServiceDefaults.Tracing;

namespace PilotHooks.ServiceDefaults;

/// <summary>
/// One trace from the provider's POST to the last row: OpenTelemetry's instrumentation of requests, calls and the database,
/// MassTransit's own of the bus, and ours by the prefix <c>PilotHooks.</c>. Exported by OTLP when an endpoint is configured;
/// where nobody looks nothing is instrumented, and only the trace id travels with the event.
/// </summary>
internal static class Telemetry
{
    /// <summary>
    /// The frameworks' own lines per request hold paths, and so tokens and phone numbers; at this level they are silent.
    /// </summary>
    private static readonly Dictionary<string, string?> LogLevels = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:System.Net.Http"] = "Warning",
        ["Logging:LogLevel:Npgsql"] = "Warning",
        ["Logging:LogLevel:MassTransit"] = "Warning",
        // Its way of connecting, in some forty lines.
        ["Logging:LogLevel:StackExchange.Redis"] = "Warning",
        // One line for each event, beside its trace; too many for a console.
        ["Logging:OpenTelemetry:LogLevel:PilotHooks.Ingress.Webhooks"] = "Debug",
    };

    public static void AddTelemetry(this WebApplicationBuilder builder, string service)
    {
        // First, so that whatever the user configures comes after it and wins.
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = LogLevels });

        // Without this the server's activity has no path when the sampler is asked about it.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);

        var telemetry = builder.Services.AddOpenTelemetry();
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            // Nobody looks, so nothing is recorded; the trace id still travels over the bus to the last delivery attempt.
            telemetry.WithTracing(tracing => tracing
                .AddSource("Microsoft.AspNetCore", "MassTransit", "PilotHooks.*").SetSampler(new ParentBasedSampler(new AlwaysOffSampler())));
            return;
        }

        telemetry
            .ConfigureResource(resource => resource.Name(service))
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddNpgsql()
                .AddSource("MassTransit", "PilotHooks.*")
                .SetSampler(services => new TraceSampler(TraceSampler.Configured(services.GetRequiredService<IConfiguration>())))
                .AddProcessor(new SpanRedactor()))
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddNpgsqlInstrumentation()
                .AddMeter("MassTransit", "PilotHooks.*"))
            // Without scopes: the server's own holds the path of the request, and a path may hold a phone number.
            .WithLogging(configureBuilder: null, options => options.IncludeFormattedMessage = true)
            .UseOtlpExporter();
    }

    /// <summary>
    /// The name and instance that OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES give: by them an orchestrator knows its
    /// replicas again. What they leave open has a default, and so comes before them.
    /// </summary>
    private static void Name(this ResourceBuilder resource, string service) => resource
        .Clear()
        .AddService($"pilothooks-{service}", serviceInstanceId: $"{Environment.MachineName}-{Environment.ProcessId}")
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();
}
