using PilotHooks.Benchmarks;
using PilotHooks.Benchmarks.Ingress;
using PilotHooks.Benchmarks.Pipeline;
using PilotHooks.Benchmarks.Relay;

// 0: measured; 2: called wrongly; 3: the account of a run does not balance, so its figures are void.
return (args.FirstOrDefault(), Options.Parse(args.Skip(1).ToArray())) switch
{
    ("ingress", { } options) => await IngressBenchmark.RunAsync(options),
    ("pipeline", { } options) => await PipelineBenchmark.RunAsync(options),
    ("memory", { } options) => await PipelineBenchmark.MemoryAsync(options),
    ("relay", { } options) => await RelayBenchmark.RunAsync(options),
    ("posts", _) => await SignedPosts.RunAsync(),
    _ => 2,
};
