using System.Net.Sockets;
using System.Text;
using DotNet.Testcontainers.Containers;
using Npgsql;
using Testcontainers.PostgreSql;
using Testcontainers.RabbitMq;
using Testcontainers.Redis;

namespace PilotHooks.TestSupport.Servers;

/// <summary>What differs between the three servers. The images are those that Aspire's integrations run.</summary>
internal sealed record ServerKind(
    string Name,
    string GivenBy,
    Func<int, int?, string, IContainer> Container,
    IReadOnlyList<string> NativeArguments,
    Func<int, string, string> ConnectionString,
    Func<int, string, Task> Greet)
{
    public static ServerKind Broker { get; } = new(
        "rabbitmq",
        "PILOTHOOKS_TEST_BROKER",
        (port, management, password) => new RabbitMqBuilder("rabbitmq:4.3-management")
            .WithUsername("pilothooks")
            .WithPassword(password)
            .WithPortBinding(port, 5672)
            .WithPortBinding(management ?? FreePort.Next(), 15672)
            .Build(),
        [],
        (port, password) => $"amqp://pilothooks:{password}@127.0.0.1:{port}",
        (port, _) => AskAsync(port, "AMQP\0\0\u0009\u0001", _ => true));

    public static ServerKind Redis { get; } = new(
        "redis",
        "PILOTHOOKS_TEST_REDIS",
        (port, _, password) => new RedisBuilder("redis:8.6")
            .WithPortBinding(port, 6379)
            .WithCommand("redis-server", "--requirepass", password, "--appendonly", "yes")
            .Build(),
        [],
        (port, password) => $"127.0.0.1:{port},password={password}",
        (port, password) => AskAsync(port, $"AUTH {password}\r\nPING\r\n", answer => answer.Contains("PONG", StringComparison.Ordinal)));

    // A test's data dies with it: nothing has to survive a power cut. Testcontainers switches fsync off by itself.
    public static ServerKind Postgres { get; } = new(
        "postgres",
        "PILOTHOOKS_TEST_POSTGRES",
        (port, _, password) => new PostgreSqlBuilder("postgres:18.3")
            .WithPassword(password)
            .WithPortBinding(port, 5432)
            .WithCommand("-c", "max_connections=200")
            .Build(),
        ["-c", "fsync=off"],
        (port, password) => $"Host=127.0.0.1;Port={port};Username=postgres;Password={password}",
        async (port, password) =>
        {
            await using var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={port};Username=postgres;Password={password};Pooling=false;Timeout=3");
            await connection.OpenAsync();
        });

    private static async Task AskAsync(int port, string question, Func<string, bool> isAnswer)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, patience.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(question), patience.Token);
        var buffer = new byte[512];
        var answer = "";
        while (answer.Length == 0 || !isAnswer(answer))
        {
            var read = await stream.ReadAsync(buffer, patience.Token);
            if (read == 0)
            {
                throw new IOException("The server closed the connection.");
            }

            answer += Encoding.Latin1.GetString(buffer, 0, read);
        }
    }
}
