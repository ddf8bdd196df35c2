using System.Reflection;
using EvolveDb;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PilotHooks.ServiceDefaults.Data.Migrations;

/// <summary>
/// Brings one database to the version of its embedded SQL files, which <see cref="MigrationFiles"/> describes: waits until
/// the server answers, creates the database where it is missing, and applies what is new, each file in a transaction of its
/// own and without a time-out. Any number of processes may do so at once: an advisory lock lets one work at a time.
/// </summary>
public sealed partial class Migrator(string database, string connectionString, Assembly assembly, TimeProvider time, ILogger<Migrator> logger)
{
    /// <summary>The version before takes the same lock.</summary>
    private const long AdvisoryLock = 0x70686F6F6B73;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LockPollInterval = TimeSpan.FromMilliseconds(250);

    private readonly MigrationFiles _files = new(database, assembly);

    /// <summary>Applies what is missing; throws when a migration fails or an applied file was changed.</summary>
    public Task MigrateAsync(CancellationToken cancellationToken) => WithServerAsync(ApplyAsync, createDatabase: true, cancellationToken);

    /// <summary>Waits until somebody else has applied every file that this process knows.</summary>
    public Task WaitUntilMigratedAsync(CancellationToken cancellationToken) => WithServerAsync(WaitAsync, createDatabase: false, cancellationToken);

    private async Task WithServerAsync(Func<CancellationToken, Task> work, bool createDatabase, CancellationToken cancellationToken)
    {
        for (; ; )
        {
            try
            {
                await work(cancellationToken);
                return;
            }
            catch (PostgresException exception) when (createDatabase && exception.SqlState == PostgresErrorCodes.InvalidCatalogName)
            {
                await CreateDatabaseAsync(cancellationToken);
            }
            catch (Exception exception) when (DatabaseError(exception) is { } error && Transience.IsTransient(error) && !IsOfTheConfiguration(error))
            {
                Log.Waiting(logger, database, error.Message);
                await Task.Delay(RetryDelay, time, cancellationToken);
            }
            catch (EvolveException exception)
            {
                throw new InvalidOperationException($"Database {database} could not be migrated. {exception.Message} {DatabaseError(exception)?.Message}", exception);
            }
        }
    }

    private static NpgsqlException? DatabaseError(Exception? exception)
    {
        while (exception is not null and not NpgsqlException)
        {
            exception = exception.InnerException;
        }

        return exception as NpgsqlException;
    }

    /// <summary>A password or a privilege that is wrong at the start is said at once, by not starting.</summary>
    private static bool IsOfTheConfiguration(NpgsqlException exception)
        => exception is PostgresException
        {
            SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InsufficientPrivilege
        };

    private async Task ApplyAsync(CancellationToken cancellationToken)
    {
        await using var holder = await OpenAsync(cancellationToken);
        await LockAsync(holder, cancellationToken);
        await using var worker = await OpenAsync(cancellationToken);
        var files = Files(worker);
        var former = await FormerMigrations.AppliedAsync(worker, files, cancellationToken);
        if (former.Count > 0)
        {
            _files.MarkApplied(worker, former, message => Log.Detail(logger, database, message));
        }

        var missing = await MissingAsync(worker, files, cancellationToken);
        var progress = new MigrationProgress(database, missing, holder, time, logger);
        var evolve = _files.CreateEvolve(worker, progress.OnMessage);
        // Also where nothing is missing: it compares the checksums.
        await progress.WatchAsync(Task.Run(evolve.Migrate, CancellationToken.None), worker.ProcessID, cancellationToken);
        await FormerMigrations.MarkAppliedAsync(worker, database, files, cancellationToken);
        Log.UpToDate(logger, database, files[^1]);
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        var files = Files(connection);
        for (var isFirst = true; await MissingAsync(connection, files, cancellationToken) is { Count: > 0 } missing; isFirst = false)
        {
            if (isFirst)
            {
                Log.WaitingForMigration(logger, database, missing.Count, missing[^1]);
            }

            await Task.Delay(RetryDelay, time, cancellationToken);
        }
    }

    private IReadOnlyList<string> Files(NpgsqlConnection connection)
        => _files.Names(connection) is { Count: > 0 } files
            ? files
            : throw new InvalidOperationException($"{assembly.GetName().Name} embeds no migrations named {database}.V001__what_it_does.sql.");

    private static async Task<IReadOnlyList<string>> MissingAsync(NpgsqlConnection connection, IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT to_regclass('{MigrationFiles.HistoryTable}') IS NOT NULL", connection);
        if (await command.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return files;
        }

        command.CommandText = $"SELECT COALESCE(array_agg(name::text), '{{}}') FROM {MigrationFiles.HistoryTable} WHERE success";
        var applied = (string[])(await command.ExecuteScalarAsync(cancellationToken))!;
        return [.. files.Except(applied)];
    }

    /// <summary>Asks again and again, since a session that waits for a lock would hold up CREATE INDEX CONCURRENTLY.</summary>
    private async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT pg_try_advisory_lock({AdvisoryLock})", connection);
        for (var isFirst = true; await command.ExecuteScalarAsync(cancellationToken) is not true; isFirst = false)
        {
            if (isFirst)
            {
                Log.WaitingForLock(logger, database);
            }

            await Task.Delay(LockPollInterval, time, cancellationToken);
        }
    }

    /// <summary>A connection without any time-out but that for connecting, which ends its locks with itself.</summary>
    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = $"pilothooks-migrations-{database}",
            CommandTimeout = 0,
            Pooling = false,
            TcpKeepAlive = true,
        };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand(
                "SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_session_timeout', 'transaction_timeout')",
                connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        var name = target.Database!;
        target.Database = "postgres";
        target.Pooling = false;
        await using var server = new NpgsqlConnection(target.ConnectionString);
        await server.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"CREATE DATABASE \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", server);
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
            Log.Created(logger, name);
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // A replica was faster.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Database {Database} does not answer yet: {Reason}")]
        public static partial void Waiting(ILogger logger, string database, string reason);

        [LoggerMessage(LogLevel.Information, "Created database {Database}")]
        public static partial void Created(ILogger logger, string database);

        [LoggerMessage(LogLevel.Information, "Database {Database} is being migrated by another process; waiting for it")]
        public static partial void WaitingForLock(ILogger logger, string database);

        [LoggerMessage(LogLevel.Information, "Database {Database} lacks {Count} migrations up to {Last}; waiting until they are applied, since Migrations:ApplyOnStart is false")]
        public static partial void WaitingForMigration(ILogger logger, string database, int count, string last);

        [LoggerMessage(LogLevel.Information, "Database {Database} is up to date with {Last}")]
        public static partial void UpToDate(ILogger logger, string database, string last);

        [LoggerMessage(LogLevel.Debug, "Database {Database}: {Message}")]
        public static partial void Detail(ILogger logger, string database, string message);
    }
}
