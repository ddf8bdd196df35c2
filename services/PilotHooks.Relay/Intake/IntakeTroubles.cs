using Dapper;
using Npgsql;
using PilotHooks.Relay.Archive;
using PilotHooks.Relay.Deliveries;

namespace PilotHooks.Relay.Intake;

/// <summary>
/// Notes what is wrong with sources, and makes an alert of what is the first of its kind in an hour. Whichever replica holds
/// the row of a source and kind decides, and commits the alert with the note.
/// </summary>
internal sealed class IntakeTroubles(NpgsqlDataSource database, ArchiveWriter archive, WorkSignal signal)
{
    /// <summary>A trouble that was quiet for so long is new.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromHours(1);

    private const string LockSql = """
        INSERT INTO intake_troubles (source, trouble, last_at)
        SELECT source, trouble, 'epoch' FROM unnest(@Shares, @Kinds) AS t(source, trouble) ORDER BY source, trouble
        ON CONFLICT (source, trouble) DO NOTHING;

        SELECT k.source, k.trouble, k.last_at, now() AS now
        FROM intake_troubles k JOIN unnest(@Shares, @Kinds) AS t(source, trouble) USING (source, trouble)
        ORDER BY source, trouble FOR UPDATE OF k
        """;

    private const string NoteSql = "UPDATE intake_troubles SET last_at = now() WHERE source = @Source AND trouble = @Trouble";

    /// <summary>What came long ago, and only now out of a queue or by a replay, alerts nobody.</summary>
    public async Task NoteAsync(IReadOnlyList<IntakeTrouble> troubles, CancellationToken cancellationToken)
    {
        if (troubles.Count == 0)
        {
            return;
        }

        IntakeTrouble[] first = [.. troubles.GroupBy(trouble => (trouble.Share, trouble.Kind)).Select(group => group.MaxBy(trouble => trouble.At)!)];
        var keys = new { Shares = Array.ConvertAll(first, trouble => trouble.Share), Kinds = Array.ConvertAll(first, trouble => trouble.Kind) };
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(LockSql, keys, transaction, cancellationToken: cancellationToken))).AsList();
        var alerts = new List<ArchivedEvent>();
        foreach (var row in rows)
        {
            var trouble = first.First(one => one.Share == row.Source && one.Kind == row.Trouble);
            if (row.Now - trouble.At > Quiet)
            {
                continue;
            }

            await connection.ExecuteAsync(new CommandDefinition(NoteSql, new { row.Source, row.Trouble }, transaction, cancellationToken: cancellationToken));
            if (row.Now - row.LastAt > Quiet)
            {
                alerts.Add(IntakeAlert.OfTrouble(trouble, row.Now));
            }
        }

        await archive.WriteAsync(connection, alerts, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        if (alerts.Count > 0)
        {
            signal.SignalDue();
        }
    }

    private sealed class Row
    {
        public required string Source { get; init; }

        public required string Trouble { get; init; }

        public DateTimeOffset LastAt { get; init; }

        public DateTimeOffset Now { get; init; }
    }
}
