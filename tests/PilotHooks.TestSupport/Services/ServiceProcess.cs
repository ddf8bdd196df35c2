using System.Diagnostics;
using System.Net;
using PilotHooks.TestSupport.Services;

namespace PilotHooks.TestSupport;

/// <summary>A built service as a real process on a free port of the loopback interface.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan HealthyWithin = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StoppedWithin = TimeSpan.FromSeconds(60);

    private readonly ChildProcess _child;

    private ServiceProcess(ChildProcess child, Uri address)
    {
        _child = child;
        Address = address;
        Client = new HttpClient { BaseAddress = address };
    }

    /// <summary>Speaks to the service.</summary>
    public HttpClient Client { get; }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>What it wrote, the last megabytes of it.</summary>
    public string Output => _child.Output;

    /// <summary>Its id among the system's processes.</summary>
    public int ProcessId => _child.Process.Id;

    /// <summary>Whether it has ended, and all that it wrote is in <see cref="Output"/>.</summary>
    public bool HasExited => _child.HasEnded;

    /// <summary>The code it ended with.</summary>
    public int ExitCode => _child.Process.ExitCode;

    /// <summary>The memory it holds now.</summary>
    public long ResidentBytes
    {
        get
        {
            _child.Process.Refresh();
            return _child.Process.WorkingSet64;
        }
    }

    /// <summary>
    /// Starts the project's assembly of the same configuration as the tests. Listens on a free port unless
    /// <paramref name="environment"/> says where (ASPNETCORE_URLS); <paramref name="arguments"/> are the command line's.
    /// </summary>
    public static async Task<ServiceProcess> StartAsync(
        string project, IReadOnlyDictionary<string, string?> environment, bool waitUntilHealthy = true, params string[] arguments)
    {
        var address = new Uri(environment.GetValueOrDefault("ASPNETCORE_URLS") ?? $"http://127.0.0.1:{FreePort.Next()}");
        var assembly = PathOf(project);
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet") { WorkingDirectory = Path.GetDirectoryName(assembly) };
        start.ArgumentList.Add(assembly);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // A collector that happens to be configured around the tests is none of theirs.
        start.Environment.Remove("OTEL_EXPORTER_OTLP_ENDPOINT");
        start.Environment["ASPNETCORE_URLS"] = address.ToString();
        // The tests' databases hold nothing that anybody would protect.
        start.Environment["Relay__KeyProtection__AllowUnprotected"] = "true";
        start.Environment["Console__KeyProtection__AllowUnprotected"] = "true";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var service = new ServiceProcess(new ChildProcess(start), address);
        if (waitUntilHealthy)
        {
            await service.WaitUntilHealthyAsync();
        }

        return service;
    }

    /// <summary>The path of a project's built assembly.</summary>
    public static string PathOf(string project)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var path = Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, $"{project}.dll");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{project} is not built; does the test project reference it?", path);
    }

    /// <summary>Waits until <c>/health</c> answers 200; fails with the last lines of the output.</summary>
    public async Task WaitUntilHealthyAsync(TimeSpan? within = null)
    {
        var start = Stopwatch.GetTimestamp();
        var last = "no answer";
        while (Stopwatch.GetElapsedTime(start) < (within ?? HealthyWithin))
        {
            if (HasExited)
            {
                throw new InvalidOperationException($"The service ended with code {ExitCode}:\n{_child.LastLines}");
            }

            try
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
                using var answer = await Client.GetAsync(new Uri("health", UriKind.Relative), patience.Token);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return;
                }

                last = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
            {
                last = exception.Message;
            }

            await Task.Delay(50);
        }

        var output = _child.LastLines;
        await DisposeAsync();
        throw new TimeoutException($"The service is not healthy ({last}):\n{output}");
    }

    /// <summary>Ends it hard, as a crash or a power cut would.</summary>
    public void Kill() => _child.Kill();

    /// <summary>Ends it hard and leaves the processes that it started to themselves.</summary>
    public void KillAlone() => _child.KillAlone();

    /// <summary>Asks it to stop, and waits.</summary>
    public Task StopAsync() => _child.StopAsync(StoppedWithin);

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        Client.Dispose();
        _child.Dispose();
        return ValueTask.CompletedTask;
    }
}
