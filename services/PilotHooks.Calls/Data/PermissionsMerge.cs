using Dapper;
using Npgsql;
using PilotHooks.Calls.Permissions;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Contacts;

namespace PilotHooks.Calls.Data;

/// <summary>
/// Adds a batch of permissions in one statement, where an event id counts once. In the order of their ids, so that
/// replicas with the same events wait for each other instead of deadlocking. Of an event that came twice the earlier time
/// counts: it may be that of its arrival.
/// </summary>
internal sealed partial class PermissionsMerge(NpgsqlDataSource database, ErasedContacts erased, ILogger<PermissionsMerge> logger)
{
    private const string Sql = """
        SELECT check_erasures(@Erasures);
        INSERT INTO call_permissions (event_id, number_id, status, "from", "to", at)
        SELECT * FROM unnest(@EventIds, @NumberIds, @Statuses, @Froms, @Tos, @Ats)
        ON CONFLICT (event_id) DO UPDATE SET
            number_id = LEAST(call_permissions.number_id COLLATE "C", excluded.number_id),
            at = LEAST(call_permissions.at, excluded.at);
        """;

    public Task MergeAsync(IReadOnlyList<CallPermissionUpdated> events, CancellationToken cancellationToken)
        => erased.MergeAsync(events, (kept, state) => MergeAsync(kept, state, cancellationToken), cancellationToken);

    private async Task MergeAsync(IReadOnlyList<CallPermissionUpdated> events, long erasures, CancellationToken cancellationToken)
    {
        var updates = Read(events).GroupBy(update => update.EventId)
            .Select(same => same.First() with { NumberId = same.Select(update => update.NumberId).Order(StringComparer.Ordinal).FirstOrDefault(id => id is not null), At = same.Min(update => update.At) })
            .OrderBy(update => update.EventId).ToArray();
        if (updates.Length == 0)
        {
            return;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            Sql,
            new
            {
                Erasures = erasures,
                EventIds = Array.ConvertAll(updates, update => update.EventId),
                NumberIds = Array.ConvertAll(updates, update => update.NumberId),
                Statuses = Array.ConvertAll(updates, update => update.Status),
                Froms = Array.ConvertAll(updates, update => update.From),
                Tos = Array.ConvertAll(updates, update => update.To),
                Ats = Array.ConvertAll(updates, update => update.At),
            },
            cancellationToken: cancellationToken));
    }

    private List<PermissionUpdate> Read(IReadOnlyList<CallPermissionUpdated> events)
    {
        var updates = new List<PermissionUpdate>(events.Count);
        foreach (var message in events)
        {
            if (PermissionUpdate.Read(message) is { } update)
            {
                updates.Add(update);
            }
            else
            {
                Log.PermitsNothing(logger, message.EventId);
            }
        }

        return updates;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Event {EventId} has no status or no party: it is in the archive, and changes no permission")]
        public static partial void PermitsNothing(ILogger logger, Guid eventId);
    }
}
