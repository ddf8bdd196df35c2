using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using PilotHooks.ServiceDefaults.Bus;
using PilotHooks.ServiceDefaults.Data;
using PilotHooks.ServiceDefaults.Tracing;

namespace PilotHooks.Messaging.StuckSends;

/// <summary>
/// Looks at each accepted send once it has had time for a status, and alerts where none came. Whichever replica holds the
/// rows publishes the alerts and notes them in one transaction; what it published before it died is published again under
/// the same id. A send whose status came is forgotten, and so is an alerted one whose status comes late.
/// </summary>
internal sealed partial class StuckSendWatch(
    NpgsqlDataSource database, GroupPublisher bus, IOptions<MessagingOptions> options, TimeProvider time, ILogger<StuckSendWatch> logger)
    : BackgroundService
{
    private const int Batch = 100;
    private static readonly TimeSpan MaxInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(10);

    // A send for which no number was named is hidden once an event of its message is known: that is a status, too.
    private const string DueSql = """
        WITH due AS MATERIALIZED (
            SELECT key, accepted_at, alerted_at FROM pending_sends
            WHERE look_at <= now() ORDER BY look_at, key LIMIT @Batch FOR UPDATE SKIP LOCKED)
        SELECT due.key, due.accepted_at, due.alerted_at IS NOT NULL AS is_alerted,
            COALESCE(f.visible AND f.status = 'queued', false) AS is_pending,
            NULLIF(f.number_id, '') AS number_id, f.id, f.correlation_id
        FROM due LEFT JOIN message_facts f ON f.key = due.key
        """;

    // Looked at again ever more rarely.
    private const string NoteSql = """
        DELETE FROM pending_sends WHERE key = ANY(@Answered);
        UPDATE pending_sends SET alerted_at = COALESCE(alerted_at, now()), look_at = now() + GREATEST(@StuckAfter, now() - accepted_at)
        WHERE key = ANY(@Pending);
        """;

    /// <summary>Looks at the sends that are due; returns how many.</summary>
    public async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        using var trace = new BackgroundTrace("stuck sends alert");
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var due = (await connection.QueryAsync<DueSend>(
            new CommandDefinition(DueSql, new { Batch }, transaction, cancellationToken: cancellationToken))).AsList();
        if (due.Count > 0)
        {
            StuckSend[] stuck = [.. due.Where(send => send is { IsPending: true, IsAlerted: false }).Select(send => send.ToStuckSend())];
            trace.Did(stuck.Length);
            await PublishAsync(stuck, cancellationToken);
            var parameters = new
            {
                Answered = due.Where(send => !send.IsPending).Select(send => send.Key).ToArray(),
                Pending = due.Where(send => send.IsPending).Select(send => send.Key).ToArray(),
                options.Value.StuckAfter,
            };
            await connection.ExecuteAsync(new CommandDefinition(NoteSql, parameters, transaction, cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
        }

        return due.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var often = options.Value.StuckAfter / 4;
        using var timer = new PeriodicTimer(often < MaxInterval ? often : MaxInterval, time);
        try
        {
            do
            {
                await LookUntilDoneAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is due is found by another replica, or after the next start.
        }
    }

    private async Task LookUntilDoneAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await LookAsync(stoppingToken) == Batch)
            {
            }
        }
        catch (Exception exception) when (!stoppingToken.IsCancellationRequested && Transience.IsTransient(exception))
        {
            Log.Away(logger, exception.Message);
        }
    }

    private async Task PublishAsync(StuckSend[] stuck, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(PublishTimeout);
        try
        {
            await Task.WhenAll(stuck.Select(send => bus.PublishAsync(StuckSendAlert.Of(send, time.GetUtcNow()), deadline.Token)));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it was, the broker has not confirmed them, and the same alerts are published again.
            throw new TimeoutException($"The broker did not confirm an alert: {exception.Message}", exception);
        }
    }

    private sealed record DueSend
    {
        public Guid Key { get; init; }
        public DateTime AcceptedAt { get; init; }
        public bool IsAlerted { get; init; }
        public bool IsPending { get; init; }
        public string? NumberId { get; init; }
        public string? Id { get; init; }
        public string? CorrelationId { get; init; }

        public StuckSend ToStuckSend() => new(Key, NumberId, Id, CorrelationId, AcceptedAt);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database or the broker is away; stuck sends are looked for later: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
