using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Trace;
using PilotHooks.ServiceDefaults.Tracing;

namespace PilotHooks.ServiceDefaults.Tests.Tracing;

public sealed class TraceSamplerTests
{
    [Theory]
    [InlineData(ActivityKind.Client)]
    [InlineData(ActivityKind.Producer)]
    [InlineData(ActivityKind.Consumer)]
    public void A_call_outside_of_any_trace_begins_none_whatever_is_configured(ActivityKind kind)
    {
        foreach (var configured in new[] { null, "always_on", "traceidratio", "parentbased_always_on" })
        {
            IsRecorded(Sampler(configured), kind, parent: default).ShouldBeFalse(configured);
        }
    }

    [Theory]
    [InlineData(ActivityKind.Server)]
    [InlineData(ActivityKind.Internal)]
    public void A_request_and_a_job_begin_a_trace(ActivityKind kind) => IsRecorded(Sampler(null), kind, parent: default).ShouldBeTrue();

    [Theory]
    [InlineData("/health", false)]
    [InlineData("/alive", false)]
    [InlineData("/healthy", true)]
    public void A_probe_begins_no_trace(string path, bool recorded)
        => IsRecorded(Sampler("always_on"), ActivityKind.Server, parent: default, new KeyValuePair<string, object?>("url.path", path)).ShouldBe(recorded);

    [Fact]
    public void A_call_within_a_trace_is_recorded_as_the_trace_is()
    {
        foreach (var configured in new[] { null, "always_on", "traceidratio", "parentbased_traceidratio" })
        {
            IsRecorded(Sampler(configured), ActivityKind.Client, Parent(recorded: true, remote: false)).ShouldBeTrue(configured);
            IsRecorded(Sampler(configured), ActivityKind.Client, Parent(recorded: false, remote: false)).ShouldBeFalse(configured);
        }
    }

    [Theory]
    [InlineData(null, null, true, true, false)]
    [InlineData("always_on", null, true, true, true)]
    [InlineData("always_off", null, false, false, false)]
    [InlineData("traceidratio", "0", false, false, false)]
    [InlineData("traceidratio", "1", true, true, true)]
    [InlineData("parentbased_always_on", null, true, true, false)]
    [InlineData("parentbased_always_off", null, false, true, false)]
    [InlineData("parentbased_traceidratio", "0", false, true, false)]
    [InlineData("PARENTBASED_TRACEIDRATIO", "1.0", true, true, false)]
    [InlineData("traceidratio", "no number", true, true, true)]
    [InlineData("jaeger_remote", null, true, true, false)]
    public void The_variables_of_OpenTelemetry_choose_what_is_recorded(string? sampler, string? argument, bool first, bool afterRecorded, bool afterUnrecorded)
    {
        var configured = Sampler(sampler, argument);

        IsRecorded(configured, ActivityKind.Server, parent: default).ShouldBe(first);
        IsRecorded(configured, ActivityKind.Server, Parent(recorded: true, remote: true)).ShouldBe(afterRecorded);
        IsRecorded(configured, ActivityKind.Server, Parent(recorded: false, remote: true)).ShouldBe(afterUnrecorded);
    }

    [Fact]
    public void A_ratio_takes_about_its_share_and_the_same_trace_everywhere()
    {
        var (one, other) = (Sampler("parentbased_traceidratio", "0.25"), Sampler("parentbased_traceidratio", "0.25"));
        var traces = Enumerable.Range(0, 4000).Select(_ => ActivityTraceId.CreateRandom()).ToList();

        var taken = traces.Where(trace => IsRecorded(one, ActivityKind.Server, default, trace)).ToList();

        taken.Count.ShouldBeInRange(800, 1200);
        traces.Where(trace => IsRecorded(other, ActivityKind.Server, default, trace)).ShouldBe(taken);
    }

    private static TraceSampler Sampler(string? name, string? argument = null) => new(TraceSampler.Configured(new ConfigurationBuilder()
        .AddInMemoryCollection([new("OTEL_TRACES_SAMPLER", name), new("OTEL_TRACES_SAMPLER_ARG", argument)])
        .Build()));

    private static ActivityContext Parent(bool recorded, bool remote)
        => new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), recorded ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None, isRemote: remote);

    private static bool IsRecorded(TraceSampler sampler, ActivityKind kind, ActivityContext parent, params KeyValuePair<string, object?>[] tags)
        => IsRecorded(sampler, kind, parent, parent == default ? ActivityTraceId.CreateRandom() : parent.TraceId, tags);

    private static bool IsRecorded(TraceSampler sampler, ActivityKind kind, ActivityContext parent, ActivityTraceId trace, params KeyValuePair<string, object?>[] tags)
        => sampler.ShouldSample(new SamplingParameters(parent, trace, "span", kind, tags)).Decision == SamplingDecision.RecordAndSample;
}
