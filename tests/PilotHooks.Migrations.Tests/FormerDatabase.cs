using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PilotHooks.ServiceDefaults.Data.Migrations;
using PilotHooks.TestSupport;

namespace PilotHooks.Migrations.Tests;

/// <summary>A database of its own, as the version before left it or empty.</summary>
internal sealed class FormerDatabase
{
    private FormerDatabase(string name, string connectionString)
    {
        Name = name;
        ConnectionString = connectionString;
    }

    public string Name { get; }

    public string ConnectionString { get; }

    public static async Task<FormerDatabase> RestoreAsync(string name)
    {
        var database = await CreateAsync(name);
        await database.ExecuteAsync(Resource($"dump.{name}"));
        return database;
    }

    public static async Task<FormerDatabase> CreateAsync(string name)
    {
        var server = (await TestServers.PostgresAsync()).ConnectionString;
        var database = new FormerDatabase(name, new NpgsqlConnectionStringBuilder(server) { Database = $"{name}_{Guid.NewGuid():N}" }.ConnectionString);
        await ExecuteAsync(server, $"CREATE DATABASE {new NpgsqlConnectionStringBuilder(database.ConnectionString).Database}");
        return database;
    }

    public static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(FormerDatabase).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    /// <summary>As PilotHooks.Migrations does.</summary>
    public Task MigrateAsync(string? connectionString = null)
        => new Migrator(Name, connectionString ?? ConnectionString, typeof(ServiceDatabases).Assembly, TimeProvider.System, NullLogger<Migrator>.Instance).MigrateAsync(default);

    public Task ExecuteAsync(string sql) => ExecuteAsync(ConnectionString, sql);

    public async Task<string[]> ReadAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i))));
        }

        return [.. rows];
    }

    public async Task DropAsync()
        => await ExecuteAsync((await TestServers.PostgresAsync()).ConnectionString, $"DROP DATABASE {new NpgsqlConnectionStringBuilder(ConnectionString).Database}");

    /// <summary>The rows of every table but those that say what was applied.</summary>
    public async Task<IReadOnlyDictionary<string, long>> CountRowsAsync()
    {
        var counts = new Dictionary<string, long>();
        foreach (var table in await ReadAsync("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'schema\\_%'"))
        {
            counts[table] = long.Parse((await ReadAsync($"SELECT count(*) FROM public.{table}"))[0], System.Globalization.CultureInfo.InvariantCulture);
        }

        return counts;
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        // A connection of its own: a dump changes the session's search path.
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 120 }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
