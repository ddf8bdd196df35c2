using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace PilotHooks.ServiceDefaults.Data;

/// <summary>
/// Data Protection with its keys in the service's own PostgreSQL, in a table <c>data_protection_keys</c>
/// (<c>name</c>, <c>xml</c>, <c>created_at</c>) that its migrations make.
/// </summary>
public static class KeyRing
{
    private const long AdvisoryLock = 0x6B657973;

    /// <summary>Adds it. The name must stay: what was encrypted under another one cannot be read.</summary>
    public static IServiceCollection AddKeyRing(this IServiceCollection services, string applicationName)
    {
        // Before Data Protection's own start-up work, which would load the keys without the lock.
        services.AddHostedService<FirstKey>();
        services.AddDataProtection().SetApplicationName(applicationName);
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider =>
            new ConfigureOptions<KeyManagementOptions>(options => options.XmlRepository = new PostgresKeyRepository(provider.GetRequiredService<NpgsqlDataSource>())));
        return services;
    }

    /// <summary>
    /// Replicas that start together on an empty database would each make a first key, and none would look again for the
    /// others' before a day is over. Under a lock the first one makes it and the others find it.
    /// </summary>
    private sealed class FirstKey(NpgsqlDataSource database, IDataProtectionProvider protection) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition($"SELECT pg_advisory_xact_lock({AdvisoryLock})", transaction: transaction, cancellationToken: cancellationToken));
            protection.CreateProtector("first-key").Protect([1]);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
