using PilotHooks.Benchmarks;
using PilotHooks.Benchmarks.Ingress;
using PilotHooks.Benchmarks.Pipeline;
using PilotHooks.Benchmarks.Relay;
using PilotHooks.Benchmarks.Telemetry;

// 0: measured; 2: called wrongly; 3: the account of a run does not balance, so its figures are void.
return (args.FirstOrDefault(), Options.Parse(args.Skip(1).ToArray())) switch
{
    ("ingress", { } options) => await IngressBenchmark.RunAsync(options),
    ("pipeline", { } options) => await PipelineBenchmark.RunAsync(options),
    ("memory", { } options) => await PipelineBenchmark.MemoryAsync(options),
    ("relay", { } options) => await RelayBenchmark.RunAsync(options),
    ("telemetry", { } options) => await TelemetryBenchmark.RunAsync(options),
    ("otlp-sink", _) => await OtlpSink.RunAsync(),
    ("posts", _) => await SignedPosts.RunAsync(),
    _ => 2,
};
