using Dapper;
using Npgsql;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Calls.Calls;

/// <summary>Which calls to list; null is any. Times are those of a call's first event.</summary>
internal sealed record CallFilter(string? Status, string? Direction, string? Contact, string? NumberId, TimeRange Times);

/// <summary>Reads calls.</summary>
internal sealed class CallQueries(NpgsqlDataSource database)
{
    /// <summary>Of a <see cref="CallView"/>.</summary>
    public const string Columns = """
        call_id, external_call_id, number_id, direction, status, "from", "to",
        ringing_at, connected_at, ended_at, missed_at, duration_seconds, signals
        """;

    /// <summary>Calls by their first event, the newest first.</summary>
    public async Task<Page<CallView>> ListAsync(CallFilter filter, PageQuery page, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<CallView, Place, (CallView Call, Place Place)>(new CommandDefinition(
            $"""
            SELECT {Columns}, first_event_at, key FROM calls
            WHERE (@Status::text IS NULL OR status = @Status)
              AND (@Direction::text IS NULL OR direction = @Direction)
              AND (@Contact::text IS NULL OR "from" = @Contact OR "to" = @Contact)
              AND (@NumberId::text IS NULL OR number_id = @NumberId)
              AND (@Since::timestamptz IS NULL OR first_event_at >= @Since) AND (@Until::timestamptz IS NULL OR first_event_at < @Until)
              AND (@At::timestamptz IS NULL OR (first_event_at, key) < (@At, @Key))
            ORDER BY first_event_at DESC, key DESC
            LIMIT @Take
            """,
            new { filter.Status, filter.Direction, filter.Contact, filter.NumberId, filter.Times.Since, filter.Times.Until, page.After?.At, page.After?.Key, Take = page.Limit + 1 },
            cancellationToken: cancellationToken), (call, place) => (call, place), "first_event_at")).AsList();
        return page.ToPage(rows, row => new Cursor(row.Place.FirstEventAt, row.Place.Key), row => row.Call);
    }

    /// <summary>The call known by this id, the provider's or Meta's; null if there is none.</summary>
    public async Task<CallView?> FindAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<CallView>(new CommandDefinition(
            $"""
            SELECT {Columns} FROM calls
            JOIN call_aliases ON call_aliases.call_key = calls.key
            WHERE call_aliases.key = ANY (@Keys)
            ORDER BY call_aliases.key
            LIMIT 1
            """,
            new { Keys = CallKeys.OfText(id) },
            cancellationToken: cancellationToken));
    }

    /// <summary>How the calls of these times and this number went.</summary>
    public async Task<CallStats> StatsAsync(string? numberId, TimeRange times, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleAsync<CallStats>(new CommandDefinition(
            """
            SELECT count(*) AS total,
                count(*) FILTER (WHERE status = 'MISSED') AS missed,
                count(*) FILTER (WHERE status = 'COMPLETED') AS completed,
                count(*) FILTER (WHERE status IN ('FAILED', 'REJECTED')) AS failed,
                count(*) FILTER (WHERE status IN ('RINGING', 'ACCEPTED') AND ended_at IS NULL) AS ongoing,
                round(avg(duration_seconds) FILTER (WHERE status = 'COMPLETED'))::integer AS average_seconds
            FROM calls
            WHERE (@NumberId::text IS NULL OR number_id = @NumberId)
              AND (@Since::timestamptz IS NULL OR first_event_at >= @Since) AND (@Until::timestamptz IS NULL OR first_event_at < @Until)
            """,
            new { NumberId = numberId, times.Since, times.Until },
            cancellationToken: cancellationToken));
    }

    /// <summary>The native entries of that call, oldest first.</summary>
    public async Task<IReadOnlyList<SignalView>> SignallingAsync(string id, bool withSdp, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return (await connection.QueryAsync<SignalView>(new CommandDefinition(
            Signalling("(SELECT call_key FROM call_aliases WHERE key = ANY (@Keys) ORDER BY key LIMIT 1)"),
            new { Keys = CallKeys.OfText(id), WithSdp = withSdp },
            cancellationToken: cancellationToken))).AsList();
    }

    /// <summary>The statement that reads the native entries of the call with this key, with their SDP as <c>@WithSdp</c> says.</summary>
    public static string Signalling(string callKey) => $"""
        SELECT at, event, sdp_type, CASE WHEN @WithSdp THEN sdp END AS sdp FROM call_events
        WHERE call_key = {callKey} AND origin <> 0
        -- Meta's times are whole seconds; within one, a call connects, then goes from status to status, then ends.
        ORDER BY at, event = 'terminate', origin, status_rank, event_id, entry
        """;

    private sealed record Place(DateTimeOffset FirstEventAt, string Key);
}
