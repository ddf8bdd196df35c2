using PilotHooks.Benchmarks.Ingress;
using PilotHooks.Benchmarks.Pipeline;
using PilotHooks.Benchmarks.Processes;

namespace PilotHooks.Benchmarks.Telemetry;

/// <summary>
/// What it costs that somebody looks: the ingress and the pipeline with no exporter, with an OTLP receiver attached, and with
/// one that is sent one trace in a hundred.
/// </summary>
internal static class TelemetryBenchmark
{
    private const string Nobody = "nobody looks";
    private const string All = "OTLP receiver, every trace";
    private const string Sampled = "OTLP receiver, one trace in a hundred";

    public static async Task<int> RunAsync(Options options)
    {
        await using var sink = await OtlpSinkProcess.StartAsync();
        var receiver = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = sink.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        };
        var modes = new Dictionary<string, Dictionary<string, string>>
        {
            [Nobody] = [],
            [All] = receiver,
            [Sampled] = new(receiver) { ["OTEL_TRACES_SAMPLER"] = "parentbased_traceidratio", ["OTEL_TRACES_SAMPLER_ARG"] = "0.01" },
        };

        var ingress = await IngressBenchmark.RunAsync(options, Nobody, [.. modes.Select(mode => IngressBenchmark.Product(mode.Key, mode.Value))]);
        var pipeline = await PipelineAsync(options, modes);
        var bytes = await sink.TraceBytesAsync();
        Console.WriteLine($"The receiver was sent {bytes >> 20} MB of traces.");
        return bytes > 0 ? Math.Max(ingress, pipeline) : 3;
    }

    /// <summary>One system after the other, each new: what one leaves in the tables slows down the next.</summary>
    private static async Task<int> PipelineAsync(Options options, Dictionary<string, Dictionary<string, string>> modes)
    {
        var worst = 0;
        Report? report = null;
        var first = 0.0;
        foreach (var (name, environment) in modes)
        {
            await using var system = await PipelineSystem.StartAsync(environment);
            await system.StartConsumersAsync();
            var run = new PipelineRun(system, options);
            var sustained = await run.SustainAsync(options.Duration * 3);
            first = first == 0 ? sustained.PerSecond : first;
            report ??= new Report(["pipeline", "events/s to rows", "of the first", .. system.Processes.Keys.Select(process => $"{process}, CPU µs per event"), "ingress resident", "messaging resident"]);
            report.Add([
                name, sustained.PerSecond, sustained.PerSecond / first, .. system.Processes.Keys.Select(process => (object)sustained.Cpu[process].TotalMicroseconds),
                $"{ProcessStats.PeakResident(system.Ingress.Id) >> 20} MB", $"{ProcessStats.PeakResident(system.Messaging.Id) >> 20} MB"]);
            worst = Math.Max(worst, await PipelineBenchmark.EndAsync(system, run));
        }

        Console.WriteLine($"\nFrom POST to rows, for {(options.Duration * 3).TotalSeconds} s each.\n\n{report}");
        return worst;
    }
}
