using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace PilotHooks.Benchmarks.Processes;

/// <summary>
/// A RabbitMQ, Redis or PostgreSQL of the benchmark's own, run by the AppHost's script, with the settings that it has in
/// a local run and nothing switched off.
/// </summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);
    private readonly Process _script;
    private readonly string _data;
    private readonly int _port;

    private LocalServer(Process script, string data, int port, string connectionString)
    {
        _script = script;
        _data = data;
        _port = port;
        ConnectionString = connectionString;
    }

    public string ConnectionString { get; }

    /// <summary>The server's own process.</summary>
    public int ProcessId { get; private set; }

    public static Task<LocalServer> StartBrokerAsync() => StartAsync("rabbitmq", (port, password) => $"amqp://pilothooks:{password}@127.0.0.1:{port}", FreePort(), FreePort());

    public static Task<LocalServer> StartRedisAsync() => StartAsync("redis", (port, password) => $"127.0.0.1:{port},password={password}");

    public static Task<LocalServer> StartPostgresAsync() => StartAsync("postgres", (port, password) => $"Host=127.0.0.1;Port={port};Username=postgres;Password={password}");

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The checkout.</summary>
    public static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "PilotHooks.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }

    public async ValueTask DisposeAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", Text(_script.Id)]))
        {
            await kill.WaitForExitAsync();
        }

        await _script.WaitForExitAsync();
        _script.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private static async Task<LocalServer> StartAsync(string name, Func<int, string, string> connectionString, params int[] morePorts)
    {
        var port = FreePort();
        var password = RandomNumberGenerator.GetHexString(24, lowercase: true);
        var data = Path.Combine(Repository(), "artifacts", "benchmarks", $"{name}-{Text(port)}");
        Directory.CreateDirectory(data);
        var start = new ProcessStartInfo("sh", [Path.Combine(Repository(), "PilotHooks.AppHost", "LocalServers", $"{name}.sh"), data, Text(port), .. morePorts.Select(Text)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PILOTHOOKS_PASSWORD"] = password;
        var script = Process.Start(start)!;
        var output = new ConcurrentQueue<string?>();
        script.OutputDataReceived += (_, line) => output.Enqueue(line.Data);
        script.ErrorDataReceived += (_, line) => output.Enqueue(line.Data);
        script.BeginOutputReadLine();
        script.BeginErrorReadLine();

        var server = new LocalServer(script, data, port, connectionString(port, password));
        await server.WaitAsync(name, output);
        return server;
    }

    private async Task WaitAsync(string name, IEnumerable<string?> output)
    {
        for (var start = Stopwatch.GetTimestamp(); ; await Task.Delay(200))
        {
            if (ProcessStats.Listening(_port) is { } process)
            {
                ProcessId = process;
                return;
            }

            if (_script.HasExited || Stopwatch.GetElapsedTime(start) > StartTimeout)
            {
                throw new InvalidOperationException($"{name} did not start:{Environment.NewLine}{string.Join(Environment.NewLine, output)}");
            }
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
