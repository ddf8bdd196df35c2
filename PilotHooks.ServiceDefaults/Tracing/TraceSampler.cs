using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Trace;

namespace PilotHooks.ServiceDefaults.Tracing;

/// <summary>
/// Says what may begin a trace: a request that came in, or a job of ours (<see cref="BackgroundTrace"/>). A call to a
/// database, a broker or another service outside of both is a look that found nothing, so it leaves no span, and neither
/// does what it calls. Of the traces that begin, OpenTelemetry's own variables choose the share to record.
/// </summary>
internal sealed class TraceSampler(Sampler chosen) : Sampler
{
    private static readonly SamplingResult Dropped = new(SamplingDecision.Drop);

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        var parent = samplingParameters.ParentContext;
        if (parent.TraceId == default)
        {
            return Begins(samplingParameters) ? chosen.ShouldSample(samplingParameters) : Dropped;
        }

        // Within a process a span is recorded exactly if the one around it is, whatever the chosen sampler says of parents.
        return !parent.IsRemote && !parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded)
            ? Dropped
            : chosen.ShouldSample(samplingParameters);
    }

    /// <summary>
    /// The sampler of OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG. The SDK reads them only where no sampler is set by code.
    /// What it does not know it takes as the default, as they are meant to be shared by programs in many languages.
    /// </summary>
    public static Sampler Configured(IConfiguration configuration)
    {
        var ratio = double.TryParse(configuration["OTEL_TRACES_SAMPLER_ARG"], NumberStyles.Float, CultureInfo.InvariantCulture, out var given) && given is >= 0 and <= 1 ? given : 1;
        return configuration["OTEL_TRACES_SAMPLER"]?.Trim().ToLowerInvariant() switch
        {
            "always_on" => new AlwaysOnSampler(),
            "always_off" => new AlwaysOffSampler(),
            "traceidratio" => new TraceIdRatioBasedSampler(ratio),
            "parentbased_always_off" => new ParentBasedSampler(new AlwaysOffSampler()),
            "parentbased_traceidratio" => new ParentBasedSampler(new TraceIdRatioBasedSampler(ratio)),
            _ => new ParentBasedSampler(new AlwaysOnSampler()),
        };
    }

    private static bool Begins(in SamplingParameters span) => span.Kind switch
    {
        ActivityKind.Server => !IsProbe(span.Tags),
        ActivityKind.Internal => true,
        _ => false,
    };

    /// <summary>Whether the orchestrator asks how the service is.</summary>
    private static bool IsProbe(IEnumerable<KeyValuePair<string, object?>>? tags)
    {
        foreach (var (key, value) in tags ?? [])
        {
            if (key == "url.path")
            {
                return value is "/health" or "/alive";
            }
        }

        return false;
    }
}
