using Dapper;
using Npgsql;
using PilotHooks.Calls.Permissions;
using PilotHooks.Contracts;

namespace PilotHooks.Calls.Data;

/// <summary>
/// Adds a batch of permissions in one statement, where an event id counts once. In the order of their ids, so that
/// replicas with the same events wait for each other instead of deadlocking.
/// </summary>
internal sealed class PermissionsMerge(NpgsqlDataSource database)
{
    private const string Sql = """
        INSERT INTO call_permissions (event_id, number_id, status, "from", "to", at)
        SELECT * FROM unnest(@EventIds, @NumberIds, @Statuses, @Froms, @Tos, @Ats)
        ON CONFLICT (event_id) DO UPDATE SET number_id = excluded.number_id
        WHERE call_permissions.number_id IS NULL AND excluded.number_id IS NOT NULL;
        """;

    public async Task MergeAsync(IReadOnlyList<CallPermissionUpdated> events, CancellationToken cancellationToken)
    {
        var updates = events.Select(PermissionUpdate.Read).GroupBy(update => update.EventId)
            .Select(same => same.FirstOrDefault(update => update.NumberId is not null, same.First()))
            .OrderBy(update => update.EventId).ToArray();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            Sql,
            new
            {
                EventIds = Array.ConvertAll(updates, update => update.EventId),
                NumberIds = Array.ConvertAll(updates, update => update.NumberId),
                Statuses = Array.ConvertAll(updates, update => update.Status),
                Froms = Array.ConvertAll(updates, update => update.From),
                Tos = Array.ConvertAll(updates, update => update.To),
                Ats = Array.ConvertAll(updates, update => update.At),
            },
            cancellationToken: cancellationToken));
    }
}
