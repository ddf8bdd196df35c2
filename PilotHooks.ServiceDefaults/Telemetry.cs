using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace PilotHooks.ServiceDefaults;

/// <summary>
/// One trace from the provider's POST to the last row: .NET's own sources for HTTP, MassTransit's for the bus, Npgsql's
/// for the database, and ours by the prefix <c>PilotHooks.</c>. Exported by OTLP when an endpoint is configured.
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
    };

    public static void AddTelemetry(this WebApplicationBuilder builder, string service)
    {
        // First, so that whatever the user configures comes after it and wins.
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = LogLevels });

        // Without this the server's activity leaves out the tags of the HTTP conventions and expects an
        // instrumentation package to add them.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);

        var exported = !string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]);
        var telemetry = builder.Services.AddOpenTelemetry();
        telemetry
            .ConfigureResource(resource => resource.AddService($"pilothooks-{service}", serviceInstanceId: $"{Environment.MachineName}-{Environment.ProcessId}"))
            .WithTracing(tracing =>
            {
                tracing
                    .AddSource("Microsoft.AspNetCore", "System.Net.Http", "MassTransit", "Npgsql", "PilotHooks.*")
                    .AddProcessor(new UrlRedactor());
                if (!exported)
                {
                    // Nobody looks: the trace id still travels with the event, but no span is recorded.
                    tracing.SetSampler(new ParentBasedSampler(new AlwaysOffSampler()));
                }
            })
            .WithMetrics(metrics => metrics.AddMeter(
                "Microsoft.AspNetCore.Hosting", "System.Net.Http", "System.Runtime", "MassTransit", "Npgsql", "PilotHooks.*"));

        if (exported)
        {
            // Without scopes: the server's own holds the path of the request, and a path may hold a phone number.
            telemetry.WithLogging(configureBuilder: null, options => options.IncludeFormattedMessage = true);
            telemetry.UseOtlpExporter();
        }
    }
}

/// <summary>Leaves of an outgoing call's URL only where it went: a path may hold a phone number, a query a token.</summary>
internal sealed class UrlRedactor : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (data.GetTagItem("url.full") is string url && Uri.TryCreate(url, UriKind.Absolute, out var uri))
        {
            data.SetTag("url.full", uri.GetLeftPart(UriPartial.Authority));
        }
    }
}

/// <summary>Names the server's activity by its route, never by its path, and leaves out the probes of the orchestrator.</summary>
internal sealed class RequestTraceMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (Activity.Current is { IsAllDataRequested: true } activity)
        {
            var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";
            activity.DisplayName = $"{context.Request.Method} {route}";
            activity.SetTag("http.route", route);
            activity.SetTag("url.path", route);
            activity.SetTag("url.query", null);
            if (route is "/health" or "/alive")
            {
                activity.IsAllDataRequested = false;
                activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            }
        }

        return next(context);
    }
}
