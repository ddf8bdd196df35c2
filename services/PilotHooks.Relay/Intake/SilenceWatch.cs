using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using PilotHooks.Relay.Archive;
using PilotHooks.Relay.Deliveries;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Relay.Intake;

/// <summary>
/// Learns from the archive how long each source is usually silent, and alerts once when one is so for much longer, and once
/// when it speaks again. One replica at a time looks; an alert is committed with the note that it was made.
/// </summary>
internal sealed partial class SilenceWatch(NpgsqlDataSource database, ArchiveWriter archive, WorkSignal signal, IOptions<RelayOptions> options, TimeProvider time, ILogger<SilenceWatch> logger)
    : BackgroundService
{
    private const long AdvisoryLock = 0x73696C656E6365;
    private static readonly TimeSpan MaxInterval = TimeSpan.FromSeconds(30);

    /// <summary>
    /// (1) What was archived since the last look, with a margin for what overtook, of each source; (2) the silence that ended
    /// with it; (3) when the source spoke last. Only the newest events are looked at, however large the archive is.
    /// </summary>
    private const string LearnSql = """
        WITH heard AS (
            SELECT e.source, min(e.received_at) FILTER (WHERE e.received_at > a.last_at) AS first_new, min(e.received_at) AS first_at, max(e.received_at) AS last_at
            FROM events e LEFT JOIN source_activity a ON a.source = e.source
            WHERE e.received_at > (SELECT coalesce(max(last_at), now() - interval '1 hour') - interval '2 minutes' FROM source_activity) AND e.source <> @Own
            GROUP BY e.source
        ), ended AS (
            INSERT INTO source_gaps (source, day, longest)
            SELECT h.source, (h.first_new AT TIME ZONE 'UTC')::date, h.first_new - a.last_at
            FROM heard h JOIN source_activity a ON a.source = h.source
            WHERE h.first_new IS NOT NULL
            ON CONFLICT (source, day) DO UPDATE SET longest = greatest(source_gaps.longest, excluded.longest)
        )
        INSERT INTO source_activity (source, first_at, last_at)
        SELECT source, first_at, last_at FROM heard
        ON CONFLICT (source) DO UPDATE SET last_at = greatest(source_activity.last_at, excluded.last_at);

        DELETE FROM source_gaps WHERE day < (now() AT TIME ZONE 'UTC')::date - @Days;
        """;

    private const string SourcesSql = """
        SELECT a.source, a.first_at, a.last_at, a.silent_since, now() AS now, ARRAY(SELECT longest FROM source_gaps g WHERE g.source = a.source) AS gaps
        FROM source_activity a ORDER BY a.source
        """;

    private DateTimeOffset? _watchedSince;

    /// <summary>Looks once.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await connection.ExecuteScalarAsync<bool>(new CommandDefinition($"SELECT pg_try_advisory_xact_lock({AdvisoryLock})", transaction: transaction, cancellationToken: cancellationToken)))
        {
            return;
        }

        await connection.ExecuteAsync(new CommandDefinition(LearnSql, new { Own = OwnEvent.Source, SilenceRule.Days }, transaction, cancellationToken: cancellationToken));
        var sources = (await connection.QueryAsync<Activity>(new CommandDefinition(SourcesSql, transaction: transaction, cancellationToken: cancellationToken))).AsList();
        var alerts = new List<ArchivedEvent>();
        foreach (var source in sources)
        {
            if (Judge(source) is var (alert, silentSince))
            {
                alerts.Add(alert);
                await connection.ExecuteAsync(new CommandDefinition(
                    "UPDATE source_activity SET silent_since = @silentSince WHERE source = @Source", new { silentSince, source.Source }, transaction, cancellationToken: cancellationToken));
            }
        }

        await archive.WriteAsync(connection, alerts, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (alerts.Count > 0)
        {
            signal.SignalDue();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Silence.Enabled)
        {
            return;
        }

        var often = options.Value.Silence.AtLeast / 4;
        using var timer = new PeriodicTimer(often < MaxInterval ? often : MaxInterval, time);
        try
        {
            do
            {
                await TryLookAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Another replica looks, or this one after its next start.
        }
    }

    private async Task TryLookAsync(CancellationToken stoppingToken)
    {
        try
        {
            await LookAsync(stoppingToken);
        }
        catch (Exception exception) when (Transience.IsTransient(exception))
        {
            // What came meanwhile is still in the broker: the silence is that of the database.
            _watchedSince = null;
            Log.Away(logger, exception.Message);
        }
    }

    /// <summary>What is to be told of a source, and what to note; null if nothing has changed.</summary>
    private (ArchivedEvent Alert, DateTimeOffset? SilentSince)? Judge(Activity source)
    {
        _watchedSince ??= source.Now;
        if (source.SilentSince is { } since)
        {
            return source.LastAt > since ? (IntakeAlert.OfSpeech(source.Source, since, source.Now), null) : null;
        }

        var limit = SilenceRule.Limit(source.Gaps, options.Value.Silence);
        return SilenceRule.IsSilent(source.Now, source.FirstAt, source.LastAt, _watchedSince.Value, limit, options.Value.Silence)
            ? (IntakeAlert.OfSilence(source.Source, source.LastAt, limit, source.Now), source.LastAt)
            : null;
    }

    private sealed class Activity
    {
        public required string Source { get; init; }

        public DateTimeOffset FirstAt { get; init; }

        public DateTimeOffset LastAt { get; init; }

        public DateTimeOffset? SilentSince { get; init; }

        public DateTimeOffset Now { get; init; }

        public required TimeSpan[] Gaps { get; init; }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database is away; whether a source is silent is looked at later: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
