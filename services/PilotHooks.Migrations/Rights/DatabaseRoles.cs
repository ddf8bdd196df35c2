using Npgsql;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Migrations.Rights;

/// <summary>
/// Gives each service a role of its own, which owns its database and opens no other. Done where
/// <c>ConnectionStrings:postgres</c> names an administrator and a service's own connection string names another user: that
/// user and password are what the role is made with. What the administrator made before becomes the role's.
/// </summary>
internal sealed partial class DatabaseRoles(IConfiguration configuration, TimeProvider time, ILogger<DatabaseRoles> logger)
{
    /// <summary>The name of the administrator's connection string.</summary>
    public const string Administrator = "postgres";

    /// <summary>Of runs that overlap, one works at a time.</summary>
    private const long AdvisoryLock = 0x70686F726F6C;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Makes the service's role and database where they are missing, and hands the database over where it is another's.</summary>
    public async Task EnsureAsync(string service, string connectionString, CancellationToken cancellationToken)
    {
        if (configuration.GetConnectionString(Administrator) is not { } administrator)
        {
            return;
        }

        var own = new NpgsqlConnectionStringBuilder(connectionString);
        var admin = new NpgsqlConnectionStringBuilder(administrator) { Pooling = false, CommandTimeout = 0 };
        var onServer = new NpgsqlConnectionStringBuilder(admin.ConnectionString) { Database = admin.Database ?? "postgres" }.ConnectionString;
        var inDatabase = new NpgsqlConnectionStringBuilder(admin.ConnectionString) { Database = own.Database ?? own.Username }.ConnectionString;
        if (own.Username is null || own.Username == admin.Username)
        {
            Log.IsAdministrator(logger, service);
            return;
        }

        for (; ; )
        {
            try
            {
                await EnsureRoleAsync(service, own, onServer, cancellationToken);
                await HandOverAsync(own.Username, inDatabase, cancellationToken);
                return;
            }
            catch (NpgsqlException exception) when (Transience.IsTransient(exception) && !IsOfTheConfiguration(exception))
            {
                Log.Waiting(logger, service, exception.Message);
                await Task.Delay(RetryDelay, time, cancellationToken);
            }
        }
    }

    /// <summary>The server's own faults pass; a password or a right that is wrong does not.</summary>
    private static bool IsOfTheConfiguration(NpgsqlException exception)
        => exception is PostgresException
        {
            SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InsufficientPrivilege
        };

    private async Task EnsureRoleAsync(string service, NpgsqlConnectionStringBuilder own, string administrator, CancellationToken cancellationToken)
    {
        await using var server = new NpgsqlConnection(administrator);
        await server.OpenAsync(cancellationToken);
        await ExecuteAsync(server, $"SELECT pg_advisory_lock({AdvisoryLock})", cancellationToken);
        var (role, database) = (Quote(own.Username!), Quote(own.Database ?? own.Username!));
        var isSuperuser = await AskAsync(server, "SELECT rolsuper FROM pg_roles WHERE rolname = $1", own.Username!, cancellationToken);
        if (isSuperuser is true)
        {
            throw new InvalidOperationException($"The role {own.Username} of {service} is a superuser: give the service one that is none.");
        }

        // Of the roles that a statement could make, this is the plainest: it may sign in, and nothing else.
        await ExecuteAsync(server, $"{(isSuperuser is null ? "CREATE" : "ALTER")} ROLE {role} LOGIN PASSWORD '{ScramVerifier.Of(own.Password ?? "")}'", cancellationToken);
        if (await AskAsync(server, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user", null, cancellationToken) is not true)
        {
            // An administrator of a managed server hands over only to roles that it belongs to.
            await ExecuteAsync(server, $"GRANT {role} TO CURRENT_USER", cancellationToken);
        }

        var owner = await AskAsync(server, "SELECT pg_get_userbyid(datdba)::text FROM pg_database WHERE datname = $1", own.Database ?? own.Username!, cancellationToken);
        if (owner is null)
        {
            await ExecuteAsync(server, $"CREATE DATABASE {database} OWNER {role}", cancellationToken);
            Log.Created(logger, own.Database ?? own.Username!, own.Username!);
        }
        else if ((string)owner != own.Username)
        {
            await ExecuteAsync(server, $"ALTER DATABASE {database} OWNER TO {role}", cancellationToken);
            Log.HandedOver(logger, own.Database ?? own.Username!, (string)owner, own.Username!);
        }

        await ExecuteAsync(server, $"REVOKE CONNECT, TEMPORARY ON DATABASE {database} FROM PUBLIC", cancellationToken);
    }

    /// <summary>One object after the other, each as soon as nobody holds it: replicas of the version before go on meanwhile.</summary>
    private static async Task HandOverAsync(string role, string administrator, CancellationToken cancellationToken)
    {
        await using var database = new NpgsqlConnection(administrator);
        await database.OpenAsync(cancellationToken);
        // Whoever waits for a lock holds up all that come after it.
        await ExecuteAsync(database, "SET lock_timeout = '2s'", cancellationToken);
        var statements = new List<string>();
        await using (var command = new NpgsqlCommand(ForeignObjects.Sql, database) { Parameters = { new() { Value = role } } })
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                statements.Add(reader.GetString(0));
            }
        }

        foreach (var statement in statements)
        {
            // A lock that is not had in time is transient, and what is handed over by then stays so.
            await ExecuteAsync(database, statement, cancellationToken);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<object?> AskAsync(NpgsqlConnection connection, string sql, string? value, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        if (value is not null)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return await command.ExecuteScalarAsync(cancellationToken);
    }

    private static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Service} opens its database as the administrator: give it a user of its own, which this program then makes")]
        public static partial void IsAdministrator(ILogger logger, string service);

        [LoggerMessage(LogLevel.Information, "Created database {Database} of role {Role}")]
        public static partial void Created(ILogger logger, string database, string role);

        [LoggerMessage(LogLevel.Information, "Database {Database} went from {Former} to role {Role}")]
        public static partial void HandedOver(ILogger logger, string database, string former, string role);

        [LoggerMessage(LogLevel.Warning, "The role of {Service} waits for the server: {Reason}")]
        public static partial void Waiting(ILogger logger, string service, string reason);
    }
}
