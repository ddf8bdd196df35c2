using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using PilotHooks.Contracts;

namespace PilotHooks.ServiceDefaults.Contacts;

/// <summary>
/// Keeps whoever was erased from coming back by a replay or a late duplicate: what occurred before the erasure and names the
/// person is left out of every merge. The person's new events are new data.
/// <para>
/// Who was erased is known from memory. Every merge tells, within its own transaction, which state it knows
/// (<see cref="Check"/>), and is refused where that is not the latest; an erasure waits for the merges under way. So whatever
/// was merged by an older state is committed before the erasure looks for rows, however many replicas there are.
/// </para>
/// </summary>
public sealed partial class ErasedContacts(NpgsqlDataSource database, IOptions<ErasureOptions> options, ILogger<ErasedContacts> logger)
{
    /// <summary>Raised by <c>check_erasures</c>.</summary>
    private const string StateChanged = "PH001";

    private const string ReadSql = "SELECT version, salt FROM erasure_state; SELECT tombstone, erased_at, is_phone FROM erased_contacts";

    // One transaction, in which each statement has a snapshot of its own: the lock is waited for first.
    private const string NoteSql = """
        SELECT lock_erasures();
        INSERT INTO erased_contacts AS c (tombstone, erased_at, is_phone) VALUES (@Tombstone, @ErasedAt, @IsPhone)
        ON CONFLICT (tombstone) DO UPDATE SET erased_at = GREATEST(c.erased_at, EXCLUDED.erased_at);
        UPDATE erasure_state SET version = version + 1;
        """;

    private Tombstones? _known;

    /// <summary>The first command of a merge's batch; <paramref name="state"/> is what a merge was handed.</summary>
    public static NpgsqlBatchCommand Check(long state) => new("SELECT check_erasures($1)") { Parameters = { new() { Value = state } } };

    /// <summary>The events without those to leave out, to be merged under the check of a state.</summary>
    /// <param name="events">A batch.</param>
    /// <param name="merge">Gets what is left, and the state for its <see cref="Check"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task MergeAsync<T>(IReadOnlyList<T> events, Func<IReadOnlyList<T>, long, Task> merge, CancellationToken cancellationToken)
        where T : IWebhookEvent
        => MergeAsync(events, message => (message.Payload, Earlier(message.OccurredAt, message.ReceivedAt)), merge, cancellationToken);

    /// <summary>The same for what holds an event.</summary>
    public Task MergeAsync<T>(IReadOnlyList<T> events, Func<T, IWebhookEvent> of, Func<IReadOnlyList<T>, long, Task> merge, CancellationToken cancellationToken)
        => MergeAsync(events, item => of(item) is var message ? (message.Payload, Earlier(message.OccurredAt, message.ReceivedAt)) : default, merge, cancellationToken);

    /// <summary>The same for any message.</summary>
    public async Task MergeAsync<T>(
        IReadOnlyList<T> events, Func<T, (ReadOnlyMemory<byte> Payload, DateTimeOffset At)> of, Func<IReadOnlyList<T>, long, Task> merge, CancellationToken cancellationToken)
    {
        for (var known = _known ?? await ReadAsync(cancellationToken); ; known = await ReadAsync(cancellationToken))
        {
            var kept = known.ErasedAt.Count == 0 ? events : [.. events.Where(item => !IsHidden(known, of(item)))];
            try
            {
                if (kept.Count > 0)
                {
                    await merge(kept, known.Version);
                }

                if (kept.Count < events.Count)
                {
                    Log.LeftOut(logger, events.Count - kept.Count);
                }

                return;
            }
            catch (PostgresException exception) when (exception.SqlState == StateChanged)
            {
                // Somebody was erased meanwhile.
            }
        }
    }

    /// <summary>What stands for the person where erasures are noted.</summary>
    public async Task<byte[]> TombstoneOfAsync(ContactId contact, CancellationToken cancellationToken)
        => (_known ?? await ReadAsync(cancellationToken)).Of(contact);

    /// <summary>Notes that the person is erased: once it returns, nothing of before that time is merged any more, by any replica.</summary>
    public async Task NoteAsync(ContactId contact, DateTimeOffset erasedAt, CancellationToken cancellationToken)
    {
        var tombstone = await TombstoneOfAsync(contact, cancellationToken);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            NoteSql, new { Tombstone = tombstone, ErasedAt = erasedAt.UtcDateTime, contact.IsPhone }, commandTimeout: 0, cancellationToken: cancellationToken));
        await ReadAsync(cancellationToken);
    }

    /// <summary>What we had before an erasure is of before it, whatever the provider's clock says.</summary>
    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static bool IsHidden(Tombstones known, (ReadOnlyMemory<byte> Payload, DateTimeOffset At) item)
    {
        try
        {
            return known.Hide(item.Payload.Span, item.At);
        }
        catch (JsonException)
        {
            // No provider's event; nobody can be found in it by value.
            return false;
        }
    }

    private async Task<Tombstones> ReadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        // Of one moment: a state with a version that it is not would let an erased person pass.
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        await using var command = new NpgsqlCommand(ReadSql, connection, snapshot);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var (version, salt) = (reader.GetInt64(0), reader.GetFieldValue<byte[]>(1));
        await reader.NextResultAsync(cancellationToken);
        var erasedAt = new Dictionary<Guid, DateTimeOffset>();
        var phonesOnly = true;
        while (await reader.ReadAsync(cancellationToken))
        {
            erasedAt[Tombstones.Name(reader.GetFieldValue<byte[]>(0))] = reader.GetFieldValue<DateTimeOffset>(1);
            phonesOnly &= reader.GetBoolean(2);
        }

        if (_known is null && options.Value is { Keys.Length: 0, IsLocal: false })
        {
            Log.NoKey(logger);
        }

        // Whoever was erased before there was a key is known by the salt alone.
        byte[][] keys = [.. options.Value.Keys.Append("").Select(key => HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes(key)))];
        return _known = new Tombstones(version, keys, erasedAt, phonesOnly);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Count} events of people who were erased after them were left out")]
        public static partial void LeftOut(ILogger logger, int count);

        [LoggerMessage(LogLevel.Warning, "Erasure:Key is not set: the key under which erased people are remembered lies in the database beside what it protects")]
        public static partial void NoKey(ILogger logger);
    }
}
