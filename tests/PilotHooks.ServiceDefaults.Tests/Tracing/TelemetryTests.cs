using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Trace;
using PilotHooks.ServiceDefaults.Tracing;

namespace PilotHooks.ServiceDefaults.Tests.Tracing;

public sealed class TelemetryTests
{
    [Fact]
    public async Task A_service_has_the_name_and_instance_that_the_environment_gives()
    {
        await using var app = Build(("OTEL_SERVICE_NAME", "relay"), ("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=relay-abcd,team=crm"));

        Resource(app).ShouldBe([("service.instance.id", "relay-abcd"), ("service.name", "relay"), ("team", "crm")], ignoreOrder: true);
    }

    [Fact]
    public async Task A_service_that_is_not_named_has_a_name_of_its_own()
    {
        await using var app = Build();

        Resource(app).ShouldBe([("service.instance.id", $"{Environment.MachineName}-{Environment.ProcessId}"), ("service.name", "pilothooks-test")], ignoreOrder: true);
    }

    [Fact]
    public async Task A_turn_of_a_job_is_a_trace_only_if_it_did_something()
    {
        await using var app = Build();
        app.Services.GetRequiredService<TracerProvider>();
        using var source = new ActivitySource("PilotHooks.Test");

        using (var idle = new BackgroundTrace("retention erase"))
        {
            idle.Did(0);
            idle.TraceParent.ShouldBeNull();
            Activity.Current.ShouldBeNull();
        }

        using (var busy = new BackgroundTrace("retention erase"))
        {
            busy.Did(2);
            Activity.Current!.Id.ShouldBe(busy.TraceParent);
            Activity.Current.Recorded.ShouldBeTrue();
            using var call = source.StartActivity("call", ActivityKind.Client);
            call!.ParentId.ShouldBe(busy.TraceParent);
        }

        Activity.Current.ShouldBeNull();
    }

    [Fact]
    public async Task Nothing_is_recorded_when_nobody_looks()
    {
        await using var app = BuildUnwatched();
        app.Services.GetRequiredService<TracerProvider>();
        using var source = new ActivitySource("PilotHooks.Unwatched");

        using var activity = source.StartActivity("job", ActivityKind.Internal);

        (activity?.Recorded ?? false).ShouldBeFalse();
    }

    private static WebApplication Build(params (string Name, string Value)[] settings)
        => BuildUnwatched([("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9"), .. settings]);

    private static WebApplication BuildUnwatched(params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        foreach (var (name, value) in settings)
        {
            builder.Configuration[name] = value;
        }

        builder.AddServiceDefaults("test");
        return builder.Build();
    }

    private static IEnumerable<(string Name, string Value)> Resource(WebApplication app)
        => app.Services.GetRequiredService<TracerProvider>().GetResource().Attributes
            .Where(attribute => !attribute.Key.StartsWith("telemetry.sdk", StringComparison.Ordinal))
            .Select(attribute => (attribute.Key, (string)attribute.Value));
}
