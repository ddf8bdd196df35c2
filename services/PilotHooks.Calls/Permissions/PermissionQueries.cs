using Dapper;
using Npgsql;

namespace PilotHooks.Calls.Permissions;

/// <summary>A contact's permission to be called.</summary>
/// <param name="Contact">The phone number or user id of the contact.</param>
/// <param name="Status">Whether, and for how long, the contact may be called.</param>
/// <param name="At">When it was last changed.</param>
internal sealed record PermissionView(string Contact, string Status, DateTimeOffset At);

/// <summary>Reads permissions.</summary>
internal sealed class PermissionQueries(NpgsqlDataSource database)
{
    /// <summary>
    /// The contact's latest permission by event time (of one moment, the refusal), for one number where it is given;
    /// null if none is known. The contact of an event is the party that is not a known number of ours, else
    /// <c>from</c>; since our numbers may become known later, it is resolved here and not when the event arrives.
    /// </summary>
    public async Task<PermissionView?> FindAsync(string contact, string? numberId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<PermissionView>(new CommandDefinition(
            """
            SELECT @Contact AS contact, status, at
            FROM call_permissions
            LEFT JOIN own_phones own_from ON own_from.phone = "from"
            LEFT JOIN own_phones own_to ON own_to.phone = "to"
            WHERE ("from" = @Contact OR "to" = @Contact)
              AND @Contact = CASE
                WHEN "from" IS NULL OR (own_from.phone IS NOT NULL AND own_to.phone IS NULL) THEN COALESCE("to", "from")
                ELSE "from" END
              AND (@NumberId::text IS NULL OR number_id = @NumberId)
            ORDER BY at DESC, status = 'NO_PERMISSION' DESC, event_id DESC
            LIMIT 1
            """,
            new { Contact = contact, NumberId = numberId },
            cancellationToken: cancellationToken));
    }
}
