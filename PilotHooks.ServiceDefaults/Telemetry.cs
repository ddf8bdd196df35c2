using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace PilotHooks.ServiceDefaults;

/// <summary>
/// One trace from the provider's POST to the last row: .NET's own sources for HTTP, MassTransit's for the bus, Npgsql's
/// for the database, and ours by the prefix <c>PilotHooks.</c>. Exported by OTLP when an endpoint is configured.
/// </summary>
internal static class Telemetry
{
    public static void AddTelemetry(this WebApplicationBuilder builder, string service)
    {
        // Without this the server's activity leaves out the tags of the HTTP conventions and expects an
        // instrumentation package to add them.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);

        var telemetry = builder.Services.AddOpenTelemetry();
        telemetry
            .ConfigureResource(resource => resource.AddService($"pilothooks-{service}", serviceInstanceId: $"{Environment.MachineName}-{Environment.ProcessId}"))
            .WithTracing(tracing => tracing.AddSource(
                "Microsoft.AspNetCore", "System.Net.Http", "MassTransit", "Npgsql", "PilotHooks.*"))
            .WithMetrics(metrics => metrics.AddMeter(
                "Microsoft.AspNetCore.Hosting", "System.Net.Http", "System.Runtime", "MassTransit", "Npgsql", "PilotHooks.*"));

        if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry.UseOtlpExporter();
        }
    }
}

/// <summary>Names the server's activity by its route, never by its path: a path may hold a phone number.</summary>
internal sealed class RequestTraceMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (Activity.Current is { IsAllDataRequested: true } activity && context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route })
        {
            activity.DisplayName = $"{context.Request.Method} {route}";
            activity.SetTag("http.route", route);
            activity.SetTag("url.path", route);
            activity.SetTag("url.query", null);
        }

        return next(context);
    }
}
