using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;
using PilotHooks.TestSupport.Servers;

namespace PilotHooks.TestSupport;

/// <summary>A real RabbitMQ, Redis or PostgreSQL for tests.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(120);

    /// <summary>
    /// RabbitMQ confirms a new quorum queue before the file that names it (names.dets, saved after half a second of rest)
    /// is written. Killed in between, it never again elects a leader for that queue: seen with 3.10, and no fault of ours
    /// to test.
    /// </summary>
    private static readonly TimeSpan QueueDirectoryWritten = TimeSpan.FromSeconds(1.5);

    private readonly ServerKind? _kind;
    private readonly IServerHost? _host;
    private readonly int _port;
    private readonly string _password = "";

    internal TestServer(string connectionString) => ConnectionString = connectionString;

    internal TestServer(ServerKind kind, bool isManaged = false)
    {
        var management = isManaged ? FreePort.Next() : (int?)null;
        _kind = kind;
        _port = FreePort.Next();
        _password = RandomNumberGenerator.GetHexString(24, lowercase: true);
        _host = ServerGeneration.Root is null && ContainerServer.IsAvailable ? new ContainerServer(kind.Container(_port, management, _password)) : new NativeServer(kind, _port, management, _password);
        ConnectionString = kind.ConnectionString(_port, _password);
        ManagementUrl = $"http://pilothooks:{_password}@127.0.0.1:{management}";
    }

    /// <summary>What a client connects with. For PostgreSQL without a database: each test names its own.</summary>
    public string ConnectionString { get; }

    /// <summary>Of a broker that was started with it: where its administrator makes users.</summary>
    public string ManagementUrl { get; } = "";

    private IServerHost Host => _host ?? throw new InvalidOperationException("A server that was given to the tests is not theirs to stop.");

    /// <summary>Starts it again, with the port and the data it had, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        await Host.StartAsync();
        var start = Stopwatch.GetTimestamp();
        for (; ; )
        {
            try
            {
                await _kind!.Greet(_port, _password);
                return;
            }
            catch (Exception exception) when (exception is SocketException or IOException or NpgsqlException or OperationCanceledException)
            {
                if (await Host.EndedAsync() is { } output)
                {
                    throw new InvalidOperationException($"{_kind!.Name} did not start:\n{output}");
                }

                if (Stopwatch.GetElapsedTime(start) > ReadyWithin)
                {
                    throw new TimeoutException($"{_kind!.Name} does not answer within {ReadyWithin}: {exception.Message}", exception);
                }
            }

            await Task.Delay(50);
        }
    }

    /// <summary>Stops it in good order; port and data stay.</summary>
    public Task StopAsync() => Host.StopAsync();

    /// <summary>Ends it as a crash would; port and data stay.</summary>
    public async Task KillAsync()
    {
        if (_kind == ServerKind.Broker)
        {
            await Task.Delay(QueueDirectoryWritten);
        }

        await Host.KillAsync();
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _host?.DisposeAsync() ?? ValueTask.CompletedTask;
}
