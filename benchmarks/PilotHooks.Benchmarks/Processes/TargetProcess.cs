using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace PilotHooks.Benchmarks.Processes;

/// <summary>A built Release project, running as a process of its own on a free port.</summary>
internal sealed class TargetProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly Process _process;
    private readonly Queue<string> _output = [];

    private TargetProcess(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Id => _process.Id;

    public int Port { get; }

    public IPEndPoint Address => new(IPAddress.Loopback, Port);

    /// <summary>Starts it and waits until <c>/health</c> answers 200.</summary>
    public static async Task<TargetProcess> StartAsync(string project, IReadOnlyDictionary<string, string> environment)
    {
        var port = LocalServer.FreePort();
        var start = new ProcessStartInfo("dotnet", [Dll(project)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(Dll(project)),
        };
        // The generator's own; a service runs as it is run in production.
        start.Environment.Remove("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS");
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var target = new TargetProcess(new Process { StartInfo = start }, port);
        target._process.OutputDataReceived += target.Keep;
        target._process.ErrorDataReceived += target.Keep;
        target._process.Start();
        target._process.BeginOutputReadLine();
        target._process.BeginErrorReadLine();
        await target.WaitUntilHealthyAsync(project);
        return target;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Stops it where it is (SIGSTOP), or lets it go on (SIGCONT).</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>The last lines that it wrote.</summary>
    public string Output()
    {
        lock (_output)
        {
            return string.Join(Environment.NewLine, _output);
        }
    }

    private static string Dll(string project)
        => Path.Combine(AppContext.BaseDirectory, "..", "..", project, "release", project + ".dll") is var path && File.Exists(path)
            ? Path.GetFullPath(path)
            : throw new FileNotFoundException($"{project} is not built: dotnet build -c Release", path);


    private async Task WaitUntilHealthyAsync(string project)
    {
        for (var start = Stopwatch.GetTimestamp(); ; await Task.Delay(200))
        {
            try
            {
                using var answer = await Http.GetAsync(new Uri($"http://127.0.0.1:{Port}/health"));
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                // Not up yet.
            }

            if (_process.HasExited || Stopwatch.GetElapsedTime(start) > StartTimeout)
            {
                throw new InvalidOperationException($"{project} did not become healthy:{Environment.NewLine}{Output()}");
            }
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } text)
        {
            lock (_output)
            {
                _output.Enqueue(text);
                if (_output.Count > 50)
                {
                    _output.Dequeue();
                }
            }
        }
    }
}
