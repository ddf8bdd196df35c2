using System.Globalization;
using System.Text;
using Npgsql;
using PilotHooks.Benchmarks.Load;
using PilotHooks.Benchmarks.Processes;
using PilotHooks.Contracts;
using RabbitMQ.Client;

namespace PilotHooks.Benchmarks.Pipeline;

/// <summary>
/// The whole system on this machine: servers, ingress, and the services that consume. The archive queue, whose consumer is
/// a part of the relay, is drained by the benchmark.
/// </summary>
internal sealed class PipelineSystem : IAsyncDisposable
{
    private static readonly Dictionary<string, string> NoEnvironment = [];

    private readonly LocalServer _broker;
    private readonly LocalServer _redis;
    private readonly LocalServer _postgres;
    private readonly IConnection _connection;
    private readonly NpgsqlDataSource _database;
    private readonly QueueDrain _archive;
    private readonly Dictionary<string, TargetProcess> _services = [];

    private PipelineSystem(LocalServer broker, LocalServer redis, LocalServer postgres, IConnection connection, NpgsqlDataSource database, QueueDrain archive)
        => (_broker, _redis, _postgres, _connection, _database, _archive) = (broker, redis, postgres, connection, database, archive);

    /// <summary>The account of the events that go all the way to rows.</summary>
    public required Ledger Ledger { get; init; }

    /// <summary>The account of those that the benchmark takes from the queues, before the consumers start.</summary>
    public required Ledger IngressAlone { get; init; }

    public IReadOnlyDictionary<string, TargetProcess> Services => _services;

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    public TargetProcess Ingress => _services["ingress"];

    public TargetProcess Messaging => _services["messaging"];

    /// <summary>Those whose CPU time is counted, by name.</summary>
    public IReadOnlyDictionary<string, int> Processes => new Dictionary<string, int>
    {
        ["ingress"] = Ingress.Id,
        ["messaging"] = Messaging.Id,
        ["broker"] = _broker.ProcessId,
        ["Redis"] = _redis.ProcessId,
        ["PostgreSQL"] = _postgres.ProcessId,
        ["generator"] = System.Environment.ProcessId,
    };

    /// <summary>Starts the servers and the ingress.</summary>
    /// <param name="environment">Further settings of every service.</param>
    public static async Task<PipelineSystem> StartAsync(IReadOnlyDictionary<string, string>? environment = null)
    {
        var broker = await LocalServer.StartBrokerAsync();
        var redis = await LocalServer.StartRedisAsync();
        var postgres = await LocalServer.StartPostgresAsync();
        var connection = await new ConnectionFactory { Uri = new Uri(broker.ConnectionString) }.CreateConnectionAsync();
        var ingress = await StartServiceAsync("ingress", broker, redis, postgres, environment ?? NoEnvironment);
        var (all, alone) = (new Ledger("pipeline"), new Ledger("ingress alone"));
        var archive = await QueueDrain.StartAsync(connection, Queues.RelayArchive, [all.Expect("archive queue"), alone.Expect("archive queue")]);
        var database = NpgsqlDataSource.Create($"{postgres.ConnectionString};Database=messaging;Command Timeout=600");
        Console.WriteLine(Machine.Describe($"RabbitMQ {Encoding.UTF8.GetString((byte[])connection.ServerProperties!["version"]!)}", Machine.RedisVersion(), "PostgreSQL with fsync"));
        return new PipelineSystem(broker, redis, postgres, connection, database, archive) { Ledger = all, IngressAlone = alone, Environment = environment ?? NoEnvironment, _services = { ["ingress"] = ingress } };
    }

    /// <summary>Takes what goes to the consumers of messages, until the result is disposed.</summary>
    public async Task<IAsyncDisposable> DrainInsteadOfConsumersAsync()
    {
        Sightings[] seen = [IngressAlone.Expect("consumer's queue")];
        return new Drains(
            await QueueDrain.StartAsync(_connection, Queues.MessagingStatuses, seen),
            await QueueDrain.StartAsync(_connection, Queues.MessagingInbound, seen));
    }

    public async Task StartConsumersAsync()
    {
        foreach (var service in new[] { "messaging", "numbers", "calls" })
        {
            _services[service] = await StartServiceAsync(service, _broker, _redis, _postgres, Environment);
        }
    }

    /// <summary>Events of this run that are in rows, counted in the rows themselves: each event gives a message one of its times.</summary>
    public Task<long> CommittedAsync() => ScalarAsync(
        "SELECT count(sent_at) + count(delivered_at) + count(read_at) + count(received_at) FROM messages WHERE id NOT LIKE 'preloaded-%'");

    /// <summary>Events merged, by the server's statistics: cheap, and up to a second old.</summary>
    public Task<long> MergedRoughlyAsync() => ScalarAsync("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'processed_events'");

    /// <summary>Events merged by transactions that began at or after this time of the server's: exact, and as cheap in a large table as in a small one.</summary>
    public Task<long> MergedSinceAsync(DateTime since) => ScalarAsync("SELECT count(*) FROM processed_events WHERE merged_at >= $1", since);

    /// <summary>The time by the database server's clock.</summary>
    public async Task<DateTime> NowAsync()
    {
        await using var command = _database.CreateCommand("SELECT now()");
        return (DateTime)(await command.ExecuteScalarAsync())!;
    }

    public Task<long> MessagesAsync() => ScalarAsync("SELECT count(*) FROM messages");

    /// <summary>Fills the tables up to this many messages, by statements of its own, as events would have left them.</summary>
    public async Task PreloadAsync(long messages)
    {
        var present = await MessagesAsync();
        await using var command = _database.CreateCommand($"""
            INSERT INTO messages (key, number_id, direction, kind, id, message_id, correlation_id, "from", "to", type, content, is_reply, sent_at, delivered_at, read_at, created_at, updated_at)
            SELECT gen_random_uuid(), 'cmm0abc123', 'outbound', 'direct', 'preloaded-' || i, 'preloaded-m-' || i, 'preloaded-c-' || i,
                '+5511888888888', '+55119' || lpad((i % 100000)::text, 8, '0'), 'text', repeat('Olá, confirmado. ', 6), false, at, at + interval '1 s', at + interval '5 s', at, at + interval '5 s'
            FROM generate_series({present.ToString(CultureInfo.InvariantCulture)}, {(messages - 1).ToString(CultureInfo.InvariantCulture)}) AS i, LATERAL (SELECT timestamptz '2026-01-01' + i * interval '1 s' AS at) AS t;
            INSERT INTO conversations (number_id, contact, last_message_at)
            SELECT number_id, contact, max(created_at) FROM messages WHERE id LIKE 'preloaded-%' GROUP BY number_id, contact
            ON CONFLICT DO NOTHING;
            INSERT INTO processed_events (event_id, event)
            SELECT gen_random_uuid(), 'message.sent' FROM generate_series({present.ToString(CultureInfo.InvariantCulture)}, {(messages - 1).ToString(CultureInfo.InvariantCulture)})
            """);
        await command.ExecuteNonQueryAsync();
        foreach (var settle in new[] { "VACUUM ANALYZE", "CHECKPOINT" })
        {
            await using var statement = _database.CreateCommand(settle);
            await statement.ExecuteNonQueryAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _archive.DisposeAsync();
        await _connection.DisposeAsync();
        await _database.DisposeAsync();
        foreach (var service in Services.Values)
        {
            await service.DisposeAsync();
        }

        await _postgres.DisposeAsync();
        await _redis.DisposeAsync();
        await _broker.DisposeAsync();
    }

    private static Task<TargetProcess> StartServiceAsync(string service, LocalServer broker, LocalServer redis, LocalServer postgres, IReadOnlyDictionary<string, string> environment)
        => TargetProcess.StartAsync($"PilotHooks.{char.ToUpperInvariant(service[0])}{service[1..]}", new Dictionary<string, string>(environment)
        {
            ["ConnectionStrings__broker"] = broker.ConnectionString,
            ["ConnectionStrings__redis"] = redis.ConnectionString,
            [$"ConnectionStrings__{service}"] = $"{postgres.ConnectionString};Database={service}",
            ["Gateway__Token"] = "a token for no one to call with",
            ["Relay__KeyProtection__AllowUnprotected"] = "true",
            ["Sources__whatsapp__Authentication"] = "none",
            ["Sources__platform__Secrets"] = "whsec_of_a_source_that_stays_silent",
        });

    private async Task<long> ScalarAsync(string sql, params DateTime[] parameters)
    {
        await using var command = _database.CreateCommand(sql);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = parameter });
        }

        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    private sealed class Drains(params QueueDrain[] drains) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var drain in drains)
            {
                await drain.DisposeAsync();
            }
        }
    }
}
