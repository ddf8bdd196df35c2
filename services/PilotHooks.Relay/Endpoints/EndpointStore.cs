using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;
using PilotHooks.Relay.Archive;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Relay.Endpoints;

/// <summary>The endpoints' rows. A number's own key finds only those bound to its number.</summary>
internal sealed class EndpointStore(NpgsqlDataSource database, SecretVault vault, IOptions<RelayOptions> options)
{
    /// <summary>Held while one is counted and made, so that replicas together make no more than there may be.</summary>
    private const long CreateLock = 0x656E64706F696E74;

    private const string Select = """
        SELECT e.id, e.url, e.name, e.description, e.events, e.active, e.paused_reason, e.number_id, e.rate_limit, e.format, e.signature, e.created_at, e.updated_at,
            s.failing_since, s.circuit_until IS NOT NULL AS circuit_open, (SELECT max(a.at) FROM attempt_log a WHERE a.endpoint_id = e.id AND a.at IS NOT NULL) AS last_attempt_at
        FROM endpoints e JOIN endpoint_states s ON s.endpoint_id = e.id
        """;

    /// <summary>Null if there are as many as there may be.</summary>
    public async Task<EndpointModel?> CreateAsync(EndpointInput input, string? numberId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        const string sql = """
            WITH state AS (INSERT INTO endpoint_states (endpoint_id) VALUES (@Id))
            INSERT INTO endpoints (id, url, name, description, events, active, number_id, rate_limit, format, signature, secret, created_at, updated_at)
            VALUES (@Id, @Url, @Name, @Description, @Events, @Active, @NumberId, @RateLimit, @Format, @Signature, @Secret, @Now, @Now)
            """;
        var parameters = new
        {
            Id = $"wh_{Guid.CreateVersion7():N}",
            input.Url,
            input.Name,
            input.Description,
            Events = await PossibleAsync(input.Events!, numberId, cancellationToken),
            Active = input.Active ?? true,
            NumberId = numberId,
            input.RateLimit,
            Format = input.Format ?? Formats.WebhookFormats.Original,
            Signature = input.Signature ?? SignatureModes.Both,
            Secret = vault.Lock(input.Secret ?? Secret.Make()),
            Now = now,
        };
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken))
        {
            await connection.ExecuteAsync(new CommandDefinition($"SELECT pg_advisory_xact_lock({CreateLock})", transaction: transaction, cancellationToken: cancellationToken));
            if (!await HasRoomAsync(connection, numberId, cancellationToken))
            {
                return null;
            }

            await connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
        }

        return await FindAsync(connection, parameters.Id, new Caller(null), cancellationToken);
    }

    private Task<bool> HasRoomAsync(NpgsqlConnection connection, string? numberId, CancellationToken cancellationToken)
    {
        const string sql = """
            SELECT count(*) < @Endpoints AND count(*) FILTER (WHERE number_id IS NOT DISTINCT FROM @numberId) < @EndpointsPerNumber FROM endpoints
            """;
        var quotas = options.Value.Quotas;
        return connection.QuerySingleAsync<bool>(new CommandDefinition(sql, new { numberId, quotas.Endpoints, quotas.EndpointsPerNumber }, cancellationToken: cancellationToken));
    }

    public async Task<EndpointModel?> FindAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await FindAsync(connection, id, caller, cancellationToken);
    }

    /// <param name="numberId">Of one number only; null for all.</param>
    /// <param name="failing">Only those that fail now or that the relay has paused, or only the others; null for all.</param>
    /// <param name="page">Which page.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    public async Task<Page<EndpointModel>> ListAsync(string? numberId, bool? failing, PageQuery page, CancellationToken cancellationToken)
    {
        const string sql = $"""
            {Select}
            WHERE (@numberId::text IS NULL OR e.number_id = @numberId) AND (@At::timestamptz IS NULL OR (e.created_at, e.id) < (@At, @Key))
                AND (@failing::boolean IS NULL OR (e.paused_reason IS NOT NULL OR s.failing_since IS NOT NULL) = @failing)
            ORDER BY e.created_at DESC, e.id DESC LIMIT @Limit
            """;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition(
            sql, new { numberId, failing, page.After?.At, page.After?.Key, Limit = page.Limit + 1 }, cancellationToken: cancellationToken))).AsList();
        return page.ToPage(rows, row => new Cursor(row.CreatedAt, row.Id), row => row.ToModel());
    }

    public async Task<EndpointModel?> PatchAsync(EndpointModel endpoint, EndpointInput input, DateTimeOffset now, CancellationToken cancellationToken)
    {
        const string sql = """
            WITH health AS (
                UPDATE endpoint_states
                SET failures = 0, failing_since = NULL, last_failure_at = NULL, held_until = NULL, circuit_until = NULL
                WHERE endpoint_id = @Id AND @Active)
            UPDATE endpoints SET
                url = coalesce(@Url, url), name = coalesce(@Name, name), events = coalesce(@Events, events), format = coalesce(@Format, format),
                signature = coalesce(@Signature, signature),
                active = coalesce(@Active, active), paused_reason = CASE WHEN @Active IS NULL THEN paused_reason END,
                description = CASE WHEN 'description' = ANY(@Sent) THEN @Description ELSE description END,
                rate_limit = CASE WHEN 'rateLimit' = ANY(@Sent) THEN @RateLimit ELSE rate_limit END,
                updated_at = @Now
            WHERE id = @Id
            """;
        var parameters = new
        {
            endpoint.Id,
            input.Url,
            input.Name,
            Events = input.Events is null ? null : await PossibleAsync(input.Events, endpoint.NumberId, cancellationToken),
            input.Format,
            input.Signature,
            input.Active,
            Sent = input.Sent.ToArray(),
            input.Description,
            input.RateLimit,
            Now = now,
        };
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken));
        return await FindAsync(connection, endpoint.Id, new Caller(null), cancellationToken);
    }

    /// <summary>Ends it at once; what hangs on it is out of sight and cleared away later.</summary>
    public async Task<bool> DeleteAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        const string sql = """
            WITH gone AS (
                DELETE FROM endpoints WHERE id = @id AND (@NumberId::text IS NULL OR number_id = @NumberId) RETURNING id
            ), state AS (
                DELETE FROM endpoint_states s USING gone WHERE s.endpoint_id = gone.id
            )
            INSERT INTO removed_endpoints (endpoint_id) SELECT id FROM gone ON CONFLICT DO NOTHING
            """;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteAsync(new CommandDefinition(sql, new { id, caller.NumberId }, cancellationToken: cancellationToken)) > 0;
    }

    public async Task RotateAsync(string id, Secret secret, TimeSpan overlap, CancellationToken cancellationToken)
    {
        const string sql = """
            UPDATE endpoints
            SET old_secret = CASE WHEN @overlap > interval '0' THEN secret END, old_secret_until = CASE WHEN @overlap > interval '0' THEN now() + @overlap END,
                secret = @Secret, new_secret_accepted = false, updated_at = now()
            WHERE id = @id
            """;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(sql, new { id, overlap, Secret = vault.Lock(secret) }, cancellationToken: cancellationToken));
    }

    /// <summary>The secret that signs, without the one that a rotation replaced; null if there is no such endpoint.</summary>
    public async Task<Secret?> FindSecretAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        const string sql = "SELECT secret FROM endpoints WHERE id = @id AND (@NumberId::text IS NULL OR number_id = @NumberId)";
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<byte[]>(new CommandDefinition(sql, new { id, caller.NumberId }, cancellationToken: cancellationToken)) is { } locked
            ? vault.Unlock(locked)
            : null;
    }

    private static async Task<EndpointModel?> FindAsync(NpgsqlConnection connection, string id, Caller caller, CancellationToken cancellationToken)
    {
        const string sql = $"{Select} WHERE e.id = @id AND (@NumberId::text IS NULL OR e.number_id = @NumberId)";
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(sql, new { id, caller.NumberId }, cancellationToken: cancellationToken)))?.ToModel();
    }

    private async Task<string[]> PossibleAsync(string[] events, string? numberId, CancellationToken cancellationToken)
    {
        if (numberId is null)
        {
            return events;
        }

        var sql = $"WITH RECURSIVE {EventQuery.Kinds(ofNumber: true)} SELECT DISTINCT event FROM kinds";
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var seen = (await connection.QueryAsync<string>(new CommandDefinition(sql, new { NumberId = numberId }, cancellationToken: cancellationToken))).AsList();
        return EventGate.DropImpossible(events, seen);
    }

    private sealed class Row
    {
        public required string Id { get; init; }

        public required string Url { get; init; }

        public required string Name { get; init; }

        public string? Description { get; init; }

        public required string[] Events { get; init; }

        public bool Active { get; init; }

        public string? PausedReason { get; init; }

        public string? NumberId { get; init; }

        public int? RateLimit { get; init; }

        public required string Format { get; init; }

        public required string Signature { get; init; }

        public DateTimeOffset CreatedAt { get; init; }

        public DateTimeOffset UpdatedAt { get; init; }

        public DateTimeOffset? FailingSince { get; init; }

        public bool CircuitOpen { get; init; }

        public DateTimeOffset? LastAttemptAt { get; init; }

        public EndpointModel ToModel()
            => new(Id, Url, Name, Description, Events, Active, PausedReason, NumberId, RateLimit, Format, Signature, CreatedAt, UpdatedAt, FailingSince, CircuitOpen, LastAttemptAt);
    }
}
