using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;
using Npgsql;
using PilotHooks.Relay.Endpoints;

namespace PilotHooks.Relay.Data;

/// <summary>Data Protection with its keys in PostgreSQL.</summary>
internal static class KeyRing
{
    private const long AdvisoryLock = 0x6B657973;

    public static void AddKeyRing(this IServiceCollection services)
    {
        // Before Data Protection's own start-up work, which would load the keys without the lock.
        services.AddHostedService<FirstKey>();
        services.AddDataProtection().SetApplicationName("PilotHooks.Relay");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider =>
            new ConfigureOptions<KeyManagementOptions>(options => options.XmlRepository = new PostgresKeyRepository(provider.GetRequiredService<NpgsqlDataSource>())));
        services.AddSingleton<SecretVault>();
    }

    /// <summary>
    /// Replicas that start together on an empty database would each make a first key, and none would look again for the
    /// others' before a day is over. Under a lock the first one makes it and the others find it.
    /// </summary>
    private sealed class FirstKey(NpgsqlDataSource database, SecretVault vault) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition($"SELECT pg_advisory_xact_lock({AdvisoryLock})", transaction: transaction, cancellationToken: cancellationToken));
            vault.Lock(Endpoints.Secret.Make());
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
