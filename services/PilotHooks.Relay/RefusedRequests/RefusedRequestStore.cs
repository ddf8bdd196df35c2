using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using PilotHooks.Contracts;
using PilotHooks.Relay.Archive;
using PilotHooks.Relay.Intake;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Relay.RefusedRequests;

/// <summary>The log of refused requests: the latest of each source, for a day.</summary>
internal sealed class RefusedRequestStore(NpgsqlDataSource database, IntakeTroubles troubles, IOptions<RelayOptions> options)
{
    /// <summary>Of the bodies of one page; a page of large ones has fewer items.</summary>
    private const int MaxPageBytes = 4 * 1024 * 1024;

    private const string AddSql = """
        INSERT INTO refused_requests (id, source, share, at, status, reason, bytes, payload)
        SELECT * FROM unnest(@Ids, @Sources, @Shares, @Ats, @Statuses, @Reasons, @Sizes, @Payloads)
        ON CONFLICT (id) DO NOTHING
        """;

    private const string TrimSql = """
        DELETE FROM refused_requests r
        USING unnest(@Shares) AS s(share)
        CROSS JOIN LATERAL (SELECT at, id FROM refused_requests o WHERE o.share = s.share ORDER BY at DESC, id DESC OFFSET @Kept LIMIT 1) oldest
        WHERE r.share = s.share AND (r.at, r.id) <= (oldest.at, oldest.id)
        """;

    private const string ListSql = """
        SELECT * FROM (
            SELECT p.*, count(*) OVER () AS found, row_number() OVER newest AS place, sum(coalesce(length(payload), 0)) OVER newest AS size
            FROM (
                SELECT id, source, at, status, reason, bytes, payload, accepted_at FROM refused_requests
                WHERE (@source::text IS NULL OR source = @source) AND (@reason::text IS NULL OR reason = @reason)
                    AND (@At::timestamptz IS NULL OR (at, id) < (@At, @Key))
                ORDER BY at DESC, id DESC LIMIT @Limit + 1) p
            WINDOW newest AS (ORDER BY at DESC, id DESC)) w
        WHERE place <= @Limit AND (size <= @MaxPageBytes OR place = 1)
        ORDER BY place
        """;

    public async Task AddAsync(IReadOnlyList<RefusedRequest> requests, CancellationToken cancellationToken)
    {
        RefusedRequest[] each = [.. requests.DistinctBy(request => request.Id)];
        var parameters = new
        {
            Ids = Array.ConvertAll(each, request => request.Id),
            Sources = Array.ConvertAll(each, request => request.Source),
            Shares = Array.ConvertAll(each, ShareOf),
            Ats = Array.ConvertAll(each, request => request.At.ToUniversalTime()),
            Statuses = Array.ConvertAll(each, request => request.Status),
            Reasons = Array.ConvertAll(each, request => request.Reason),
            Sizes = Array.ConvertAll(each, request => request.Bytes),
            Payloads = Array.ConvertAll(each, request => request.Payload),
        };
        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
        {
            await connection.ExecuteAsync(new CommandDefinition(AddSql, parameters, cancellationToken: cancellationToken));
            string[] shares = [.. each.Select(ShareOf).Distinct()];
            await connection.ExecuteAsync(new CommandDefinition(TrimSql, new { Shares = shares, Kept = options.Value.Retention.RefusedRequestsOfASource }, cancellationToken: cancellationToken));
        }

        await troubles.NoteAsync([.. each.Select(IntakeTrouble.Of)], cancellationToken);
    }

    public async Task<Page<RefusedRequestModel>> ListAsync(string? source, string? reason, PageQuery page, CancellationToken cancellationToken)
    {
        var parameters = new { source, reason, page.After?.At, Key = CursorKeys.Guid(page), page.Limit, MaxPageBytes };
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(ListSql, parameters, cancellationToken: cancellationToken))).AsList();
        return new([.. rows.Select(row => row.ToModel())], rows.Count > 0 && rows.Count < rows[0].Found ? page.Next(new Cursor(rows[^1].At, rows[^1].Id.ToString())) : null);
    }

    /// <summary>The request and its body; null if there is none.</summary>
    public async Task<(RefusedRequestModel Request, byte[]? Body)?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        const string sql = "SELECT id, source, at, status, reason, bytes, payload, accepted_at FROM refused_requests WHERE id = @id";
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(sql, new { id }, cancellationToken: cancellationToken)) is { } row ? (row.ToModel(), row.Payload) : null;
    }

    public async Task MarkAcceptedAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "UPDATE refused_requests SET accepted_at = coalesce(accepted_at, now()) WHERE id = @id", new { id }, cancellationToken: cancellationToken));
    }

    private static string ShareOf(RefusedRequest request) => request.IsKnownSource ? request.Source : "";

    private sealed class Row
    {
        public Guid Id { get; init; }

        public required string Source { get; init; }

        public DateTimeOffset At { get; init; }

        public int Status { get; init; }

        public required string Reason { get; init; }

        public long? Bytes { get; init; }

        public byte[]? Payload { get; init; }

        public DateTimeOffset? AcceptedAt { get; init; }

        public long Found { get; init; }

        public RefusedRequestModel ToModel() => new(Id, Source, At, Status, Reason, Bytes, RefusedRequestPayload.Show(Payload), AcceptedAt);
    }
}
