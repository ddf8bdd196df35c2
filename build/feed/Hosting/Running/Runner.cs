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
        using var reaper = Reaper.Start();
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
            for (var index = _running.Count - 1; index >= 0; index--)
            {
                await _running[index].StopAsync();
            }

            reaper.Dismiss();
        }
    }
}
