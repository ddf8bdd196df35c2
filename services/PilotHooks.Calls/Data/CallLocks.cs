using Dapper;
using Npgsql;
using PilotHooks.Calls.Calls;

namespace PilotHooks.Calls.Data;

/// <summary>
/// The calls of a batch, locked until its transaction ends, so that replicas merge different calls at the same time and
/// the same call one after the other.
/// <para>
/// What is locked is the row of every key of every call that the batch touches, in the order of the keys, in one go. An
/// event may name its call by either of two ids, so which keys that are is only known after reading: they are read first,
/// locked, and read again. Where another replica linked a call with more keys meanwhile, everything is let go and locked
/// anew with those. No replica ever waits for a key while it holds a later one, so none deadlocks with another. Who holds
/// all keys of a call is alone with its facts, too.
/// </para>
/// </summary>
internal sealed class CallLocks : IAsyncDisposable
{
    // The keys of all calls that have one of these keys.
    private const string Read = """
        SELECT key, call_key FROM call_aliases WHERE call_key IN (SELECT call_key FROM call_aliases WHERE key = ANY (@Keys));
        """;

    // Statements of one round trip, each with a snapshot of its own: the last one sees what the others waited for. A new key
    // waits for whoever has it new as well; all are offered, since one that was let go is new again. The shared lock is for
    // replicas of the former version, which take it alone.
    private const string Lock = $"""
        SELECT pg_advisory_xact_lock_shared(x'63616C6C73'::bigint);
        INSERT INTO call_aliases (key, call_key) SELECT * FROM unnest(@Own, @OwnCalls) ON CONFLICT (key) DO NOTHING;
        SELECT 1 FROM call_aliases WHERE key = ANY (@Keys) ORDER BY key FOR UPDATE;
        {Read}
        """;

    private CallLocks(NpgsqlTransaction transaction, CallLinks links) => (Transaction, Links) = (transaction, links);

    /// <summary>Holds the locks.</summary>
    public NpgsqlTransaction Transaction { get; }

    /// <summary>Which call each key of the batch belongs to, for as long as the locks are held.</summary>
    public CallLinks Links { get; }

    /// <summary>Locks the calls of facts with these keys.</summary>
    public static async Task<CallLocks> TakeAsync(
        NpgsqlConnection connection, IReadOnlyList<IReadOnlyList<string>> facts, CancellationToken cancellationToken)
    {
        var keys = facts.SelectMany(fact => fact).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var known = Known(await connection.QueryAsync<(string, string)>(
            new CommandDefinition(Read, new { Keys = keys }, cancellationToken: cancellationToken)));
        while (true)
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken);
            try
            {
                var links = CallLinks.Resolve(facts, known);
                var locked = keys.Union(known.Keys, StringComparer.Ordinal).ToHashSet(StringComparer.Ordinal);
                using var read = await connection.QueryMultipleAsync(new CommandDefinition(
                    Lock,
                    new { Own = keys, OwnCalls = Array.ConvertAll(keys, key => links.Calls[key]), Keys = locked.ToArray() },
                    transaction,
                    cancellationToken: cancellationToken));
                await read.ReadAsync();
                await read.ReadAsync();
                known = Known(await read.ReadAsync<(string, string)>());
                if (locked.IsSupersetOf(known.Keys))
                {
                    return new CallLocks(transaction, CallLinks.Resolve(facts, known));
                }
            }
            catch
            {
                await transaction.DisposeAsync();
                throw;
            }

            await transaction.DisposeAsync();
        }
    }

    public ValueTask DisposeAsync() => Transaction.DisposeAsync();

    private static Dictionary<string, string> Known(IEnumerable<(string Key, string CallKey)> aliases)
        => aliases.ToDictionary(alias => alias.Key, alias => alias.CallKey, StringComparer.Ordinal);
}
