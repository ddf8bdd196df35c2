using Dapper;
using Npgsql;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// Remembers, for all replicas, which of the two secrets of a rotation an endpoint accepted last. Written when that changes,
/// not with every attempt.
/// </summary>
internal sealed partial class AcceptedSecrets(NpgsqlDataSource database, ILogger<AcceptedSecrets> logger)
{
    /// <summary>Of the same rotation only: the secret may have been replaced meanwhile.</summary>
    private const string Sql = "UPDATE endpoints SET new_secret_accepted = @isNew WHERE id = @endpointId AND secret = @Secret AND new_secret_accepted <> @isNew";

    public async Task RememberAsync(string endpointId, DeliveryTarget target, bool isNew)
    {
        // Seen at once by the deliveries that were taken together.
        target.NewSecretAccepted = isNew;
        try
        {
            await using var connection = await database.OpenConnectionAsync();
            await connection.ExecuteAsync(Sql, new { endpointId, target.Secret, isNew });
        }
        catch (NpgsqlException exception) when (Transience.IsTransient(exception))
        {
            // The next attempt finds it out again.
            Log.Away(logger, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The database is away; which secret an endpoint accepts is remembered later: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
