using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Running;

/// <summary>
/// Runs a model: (1) gives every endpoint its port, (2) starts each resource when what it waits for is healthy, (3) prints
/// one table once all are up, (4) waits for the end, (5) stops in reverse order.
/// </summary>
internal sealed class Runner(IResourceCollection resources, HealthCheckService healthChecks, RunStates states, Action<string> write)
{
    private readonly ResourceLog _log = new(resources.Select(resource => resource.Name), write);
    private readonly List<RunningResource> _running = [];

    public async Task RunAsync(CancellationToken stopping)
    {
        Ports.Allocate(resources);
        using var reaper = new Reaper();
        try
        {
            foreach (var resource in resources)
            {
                _running.Add(new RunningResource(resource, states, _log, healthChecks, reaper));
            }

            var starts = _running.Select(resource => resource.StartAsync(stopping)).ToList();
            await Task.WhenAll(starts);
            if (!stopping.IsCancellationRequested)
            {
                ResourceTable.Write(_running, write);
                states.AllTried();
            }

            await Task.Delay(Timeout.Infinite, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            var stops = new Dictionary<RunningResource, Task>();
            await Task.WhenAll(_running.Select(resource => StopAsync(resource, stops)));
        }
    }

    /// <summary>A resource stops once everything that waited for it has; what does not depend on each other stops at once.</summary>
    private Task StopAsync(RunningResource resource, Dictionary<RunningResource, Task> stops)
    {
        if (!stops.TryGetValue(resource, out var stop))
        {
            var dependants = _running.Where(other => other.WaitsFor(resource)).Select(other => StopAsync(other, stops)).ToList();
            stops[resource] = stop = StopAfterAsync();

            async Task StopAfterAsync()
            {
                await Task.WhenAll(dependants);
                await resource.StopAsync();
            }
        }

        return stop;
    }
}
