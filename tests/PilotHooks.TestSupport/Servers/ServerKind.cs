using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace PilotHooks.TestSupport.Servers;

/// <summary>What differs between the three servers.</summary>
internal sealed record ServerKind(
    string Name,
    string GivenBy,
    string Image,
    int ContainerPort,
    Func<string, IReadOnlyList<string>> ContainerArguments,
    IReadOnlyList<string> NativeArguments,
    Func<int, string, string> ConnectionString,
    Func<int, string, Task> Greet)
{
    public static ServerKind Broker { get; } = new(
        "rabbitmq",
        "PILOTHOOKS_TEST_BROKER",
        "rabbitmq:4.2-management",
        5672,
        password => ["-e", "RABBITMQ_DEFAULT_USER=pilothooks", "-e", $"RABBITMQ_DEFAULT_PASS={password}", "--hostname", "pilothooks"],
        [],
        (port, password) => $"amqp://pilothooks:{password}@127.0.0.1:{port}",
        (port, _) => AskAsync(port, "AMQP\0\0\u0009\u0001", _ => true));

    public static ServerKind Redis { get; } = new(
        "redis",
        "PILOTHOOKS_TEST_REDIS",
        "redis:8.2",
        6379,
        password => ["--command", "redis-server", "--requirepass", password, "--appendonly", "yes"],
        [],
        (port, password) => $"127.0.0.1:{port},password={password}",
        (port, password) => AskAsync(port, $"AUTH {password}\r\nPING\r\n", answer => answer.Contains("PONG", StringComparison.Ordinal)));

    // A test's data dies with it: nothing has to survive a power cut.
    public static ServerKind Postgres { get; } = new(
        "postgres",
        "PILOTHOOKS_TEST_POSTGRES",
        "postgres:17.6",
        5432,
        password => ["-e", $"POSTGRES_PASSWORD={password}", "--command", "postgres", "-c", "fsync=off", "-c", "max_connections=200"],
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
