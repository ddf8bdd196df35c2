using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace PilotHooks.ServiceDefaults.Data;

/// <summary>A service's own PostgreSQL database: one data source, its migrations, its health, and what is erased from it by age.</summary>
public static class Database
{
    /// <summary>
    /// Registers an <see cref="NpgsqlDataSource"/> for the connection string of this name and applies the SQL files
    /// embedded in the calling assembly as <c>Data/Migrations/NNN_name.sql</c>, in order, before the service starts to work.
    /// </summary>
    public static void AddDatabase(this WebApplicationBuilder builder, string connectionName)
    {
        var assembly = Assembly.GetCallingAssembly();
        DapperTypes.Register();
        builder.Services.AddSingleton(services =>
        {
            var connectionString = services.GetRequiredService<IConfiguration>().GetConnectionString(connectionName)
                ?? throw new InvalidOperationException($"ConnectionStrings:{connectionName} is not configured.");
            var source = new NpgsqlDataSourceBuilder(connectionString) { Name = connectionName };
            // Our statements are short, and some look dear to the planner: compiling those takes a second each time.
            source.ConnectionStringBuilder.Options ??= "-c jit=off";
            return source
                .UseLoggerFactory(services.GetRequiredService<ILoggerFactory>())
                .Build();
        });
        builder.Services.AddSingleton<IHostedService>(services => ActivatorUtilities.CreateInstance<Migrator>(services, assembly));
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            connectionName, services => new DatabaseHealthCheck(services.GetRequiredService<NpgsqlDataSource>()), failureStatus: null, tags: null));
    }

    /// <summary>Erases by this plan for as long as the service runs, in one replica at a time.</summary>
    public static void AddRetention(this WebApplicationBuilder builder, Func<IServiceProvider, RetentionPlan> plan)
        => builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<RetentionLoop>(services, plan(services)));

    private sealed class DatabaseHealthCheck(NpgsqlDataSource database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await using var command = database.CreateCommand("SELECT 1");
                await command.ExecuteScalarAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (NpgsqlException exception)
            {
                return new HealthCheckResult(context.Registration.FailureStatus, exception.Message);
            }
        }
    }
}
