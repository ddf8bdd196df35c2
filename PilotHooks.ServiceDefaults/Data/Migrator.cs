using System.Reflection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PilotHooks.ServiceDefaults.Data;

/// <summary>
/// Brings a database to the service's version before anything else of the service starts: waits until the server
/// answers, creates the database where it is missing, and applies what is new, each file in a transaction of its own.
/// An advisory lock lets replicas that start together do it once.
/// </summary>
internal sealed partial class Migrator(Assembly assembly, NpgsqlDataSource database, TimeProvider time, ILogger<Migrator> logger) : IHostedLifecycleService
{
    private const long AdvisoryLock = 0x70686F6F6B73;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        for (var isMissing = false; ;)
        {
            try
            {
                if (isMissing)
                {
                    await CreateDatabaseAsync(cancellationToken);
                }

                await MigrateAsync(cancellationToken);
                return;
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.InvalidCatalogName && !isMissing)
            {
                isMissing = true;
            }
            catch (NpgsqlException exception) when (Transience.IsTransient(exception) && !IsOfTheConfiguration(exception))
            {
                Log.Waiting(logger, exception.Message);
                await Task.Delay(RetryDelay, time, cancellationToken);
            }
        }
    }

    /// <summary>A password or a privilege that is wrong at the start is said at once, by not starting.</summary>
    private static bool IsOfTheConfiguration(NpgsqlException exception)
        => exception is PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InsufficientPrivilege };

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, $"SELECT pg_advisory_lock({AdvisoryLock})", cancellationToken);
        try
        {
            await ExecuteAsync(connection, "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())", cancellationToken);
            foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                await ApplyAsync(connection, name, cancellationToken);
            }
        }
        finally
        {
            await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({AdvisoryLock})", cancellationToken);
        }
    }

    private async Task ApplyAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var mark = new NpgsqlCommand("INSERT INTO schema_migrations (name) VALUES ($1) ON CONFLICT DO NOTHING", connection, transaction) { Parameters = { new() { Value = name } } };
        if (await mark.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            return;
        }

        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        await using var migration = new NpgsqlCommand(await reader.ReadToEndAsync(cancellationToken), connection, transaction);
        await migration.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Log.Applied(logger, name);
    }

    private async Task CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var target = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        var name = target.Database!;
        // The data source's own text leaves the password out; the factory below opens with everything it was built with.
        await using var server = database.CreateConnection().CloneWith(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = "postgres", Pooling = false }.ConnectionString);
        await server.OpenAsync(cancellationToken);
        try
        {
            await ExecuteAsync(server, $"CREATE DATABASE \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", cancellationToken);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // A replica was faster.
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database does not answer yet: {Reason}")]
        public static partial void Waiting(ILogger logger, string reason);

        [LoggerMessage(LogLevel.Information, "Applied migration {Name}")]
        public static partial void Applied(ILogger logger, string name);
    }
}
