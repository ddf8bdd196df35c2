using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Messaging.Search;

/// <summary>
/// The index by which searches find a part of a text. Built beside the running service, without holding up a merge, by one
/// replica; one that was left unfinished is built anew. Without the extension <c>pg_trgm</c> there is none, and searches
/// walk through the messages.
/// </summary>
internal sealed partial class TextIndex(
    NpgsqlDataSource database, IOptions<MessagingOptions> options, TimeProvider time, ILogger<TextIndex> logger) : BackgroundService
{
    private const long AdvisoryLock = 0x7465787473;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private const string StateSql = """
        SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') AS is_possible,
            (SELECT i.indisvalid FROM pg_index i WHERE i.indexrelid = to_regclass('messages_by_text')) AS is_valid
        """;

    private const string BuildSql = """
        CREATE INDEX CONCURRENTLY messages_by_text ON messages USING gin (content gin_trgm_ops, media_caption gin_trgm_ops)
        """;

    private volatile bool _isReady;

    /// <summary>Whether searches may rely on it.</summary>
    public bool IsReady => _isReady;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                if (await TryBuildAsync(stoppingToken))
                {
                    return;
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is not built is built after the next start.
        }
    }

    /// <summary>Whether it is settled: the index is there, or cannot be.</summary>
    private async Task<bool> TryBuildAsync(CancellationToken stoppingToken)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(stoppingToken);
            var state = await StateAsync(connection, stoppingToken);
            if (state is { IsPossible: true, IsValid: not true } && options.Value.IndexTexts && await LockAsync(connection, stoppingToken))
            {
                try
                {
                    await BuildAsync(connection, stoppingToken);
                }
                finally
                {
                    await connection.ExecuteAsync($"SELECT pg_advisory_unlock({AdvisoryLock})");
                }

                state = await StateAsync(connection, stoppingToken);
            }

            _isReady = state is { IsPossible: true, IsValid: true };
            return _isReady || !state.IsPossible || !options.Value.IndexTexts;
        }
        catch (Exception exception) when (exception is NpgsqlException || Transience.IsTransient(exception))
        {
            // Nobody depends on it; the next look tries again.
            Log.NotBuilt(logger, exception.Message);
            return false;
        }
    }

    private async Task BuildAsync(NpgsqlConnection connection, CancellationToken stoppingToken)
    {
        // What a replica left that died while it built.
        if ((await StateAsync(connection, stoppingToken)).IsValid is { } isValid)
        {
            if (isValid)
            {
                return;
            }

            await ExecuteAsync(connection, "DROP INDEX CONCURRENTLY messages_by_text", stoppingToken);
        }

        Log.Building(logger);
        await ExecuteAsync(connection, BuildSql, stoppingToken);
        Log.Built(logger);
    }

    private static Task<State> StateAsync(NpgsqlConnection connection, CancellationToken stoppingToken)
        => connection.QuerySingleAsync<State>(new CommandDefinition(StateSql, cancellationToken: stoppingToken));

    private static Task<bool> LockAsync(NpgsqlConnection connection, CancellationToken stoppingToken)
        => connection.ExecuteScalarAsync<bool>(
            new CommandDefinition($"SELECT pg_try_advisory_lock({AdvisoryLock})", cancellationToken: stoppingToken));

    /// <summary>Without a time-out: it takes as long as the table is large.</summary>
    private static Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken stoppingToken)
        => connection.ExecuteAsync(new CommandDefinition(sql, commandTimeout: 0, cancellationToken: stoppingToken));

    private sealed record State
    {
        public bool IsPossible { get; init; }
        public bool? IsValid { get; init; }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Building the index of texts; searches walk through the messages until it is there")]
        public static partial void Building(ILogger logger);

        [LoggerMessage(LogLevel.Information, "The index of texts is there")]
        public static partial void Built(ILogger logger);

        [LoggerMessage(LogLevel.Warning, "The index of texts could not be built yet: {Reason}")]
        public static partial void NotBuilt(ILogger logger, string reason);
    }
}
