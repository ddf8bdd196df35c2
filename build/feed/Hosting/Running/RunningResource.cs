using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aspire.Hosting.Running;

/// <summary>One resource on its way from waiting to running to stopped, with all its replicas.</summary>
internal sealed class RunningResource(IResource resource, RunStates states, ResourceLog log, HealthCheckService healthChecks, Reaper reaper)
{
    private static readonly TimeSpan HealthInterval = TimeSpan.FromMilliseconds(250);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };

    private readonly List<ResourceProcess> _processes = [];
    private readonly List<PortProxy> _proxies = [];
    private volatile bool _stopping;

    public IResource Resource => resource;

    public string State { get; private set; } = "Waiting";

    public string DisplayName => Replicas == 1 ? resource.Name : string.Create(CultureInfo.InvariantCulture, $"{resource.Name} x{Replicas}");

    public IEnumerable<string> Urls => resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => endpoint.AllocatedUrl);

    private int Replicas => resource.Annotations.OfType<ReplicaAnnotation>().LastOrDefault()?.Replicas ?? 1;

    /// <summary>Completes when the resource is healthy or has failed; what failed has been said.</summary>
    public async Task StartAsync(CancellationToken stopping)
    {
        try
        {
            if (await WaitForOthersAsync(stopping) && await RunAsync(stopping))
            {
                State = resource is ProjectResource or ExecutableResource ? "Running" : "Ready";
                states.Healthy(resource.Name);
                return;
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped before it was up.
        }
        catch (DistributedApplicationException exception)
        {
            State = "Failed";
            log.Write(resource.Name, exception.Message);
        }

        states.Failed(resource.Name);
    }

    public bool WaitsFor(RunningResource other) => resource.Annotations.OfType<WaitAnnotation>().Any(wait => wait.Resource == other.Resource);

    public async Task StopAsync()
    {
        _stopping = true;
        _proxies.ForEach(proxy => proxy.Dispose());
        await Task.WhenAll(_processes.Select(process => process.StopAsync()));
    }

    private async Task<bool> WaitForOthersAsync(CancellationToken stopping)
    {
        foreach (var wait in resource.Annotations.OfType<WaitAnnotation>())
        {
            if (!await states.HealthyAsync(wait.Resource.Name).WaitAsync(stopping))
            {
                State = $"Waiting for {wait.Resource.Name}, which failed";
                return false;
            }
        }

        return true;
    }

    private async Task<bool> RunAsync(CancellationToken stopping)
    {
        if (resource is not (ProjectResource or ExecutableResource))
        {
            return true;
        }

        State = "Starting";
        var ports = ReplicaPorts();
        for (var replica = 0; replica < Replicas; replica++)
        {
            var name = Replicas == 1 ? resource.Name : string.Create(CultureInfo.InvariantCulture, $"{resource.Name}-{replica}");
            var start = await ProcessStart.OfAsync(resource, ports[replica], stopping);
            _processes.Add(ResourceProcess.Start(name, start, log, reaper, OnExit));
        }

        foreach (var process in _processes)
        {
            if (!await HealthyAsync(process, ports[_processes.IndexOf(process)], stopping))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The ports of each replica by endpoint: the endpoint's own if there is one, else free ones behind a proxy.</summary>
    private Dictionary<string, int>[] ReplicaPorts()
    {
        var ports = Enumerable.Range(0, Replicas).Select(_ => new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase)).ToArray();
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
        {
            int[] own = Replicas == 1 ? [endpoint.AllocatedPort!.Value] : Ports.Free(Replicas);
            for (var replica = 0; replica < Replicas; replica++)
            {
                ports[replica][endpoint.Name] = own[replica];
            }

            if (Replicas > 1)
            {
                _proxies.Add(new PortProxy(endpoint.AllocatedPort!.Value, own));
            }
        }

        return ports;
    }

    private async Task<bool> HealthyAsync(ResourceProcess process, Dictionary<string, int> ports, CancellationToken stopping)
    {
        var http = resource.Annotations.OfType<HttpHealthCheckAnnotation>().ToList();
        var keys = resource.Annotations.OfType<HealthCheckAnnotation>().Select(check => check.Key)
            .Where(key => !http.Exists(check => key == $"{resource.Name}_{check.EndpointName}_{check.Path}_{check.StatusCode}_check")).ToHashSet(StringComparer.Ordinal);
        while (true)
        {
            if (process.HasExited)
            {
                return false;
            }

            var healthy = keys.Count == 0 || (await healthChecks.CheckHealthAsync(check => keys.Contains(check.Name), stopping)).Status == HealthStatus.Healthy;
            foreach (var check in http)
            {
                healthy = healthy && await AnswersAsync($"http://localhost:{ports[check.EndpointName]}{check.Path}", check.StatusCode, stopping);
            }

            if (healthy)
            {
                return true;
            }

            await Task.Delay(HealthInterval, stopping);
        }
    }

    private static async Task<bool> AnswersAsync(string url, int statusCode, CancellationToken stopping)
    {
        try
        {
            using var response = await Http.GetAsync(new Uri(url), stopping);
            return (int)response.StatusCode == statusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Says that a process ended by itself. It is not started again; neither does the real orchestrator.</summary>
    private void OnExit(ResourceProcess process)
    {
        if (_stopping)
        {
            return;
        }

        State = "Exited";
        states.Failed(resource.Name);
        log.Write(resource.Name, $"{process.Name} ended with exit code {process.ExitCode}. Its last lines:");
        foreach (var line in process.LastLines)
        {
            log.Write(resource.Name, $"  {line}");
        }
    }
}
