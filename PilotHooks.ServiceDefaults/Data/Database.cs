using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using PilotHooks.ServiceDefaults.Data.Migrations;
using PilotHooks.ServiceDefaults.Tracing;

namespace PilotHooks.ServiceDefaults.Data;

/// <summary>A service's own PostgreSQL database: one data source, its migrations, its health, and what is erased from it by age.</summary>
public static class Database
{
    /// <summary>
    /// Registers an <see cref="NpgsqlDataSource"/> for the connection string of this name, and sees that the SQL files which
    /// the calling assembly embeds as <c>&lt;name&gt;.V001__what_it_does.sql</c> are applied before the service starts to work.
    /// </summary>
    public static void AddDatabase(this WebApplicationBuilder builder, string connectionName)
    {
        var assembly = Assembly.GetCallingAssembly();
        DapperTypes.Register();
        builder.AddNpgsqlDataSource(
            connectionName,
            // Telemetry.cs records where somebody looks.
            settings => (settings.DisableTracing, settings.DisableMetrics) = (true, true),
            source =>
            {
                source.Name = connectionName;
                // Our statements are short, and some look dear to the planner: compiling those takes a second each time.
                source.ConnectionStringBuilder.Options ??= "-c jit=off";
                source.ConfigureTracing(SqlSpanNames.Configure);
            });
        builder.Services.AddSingleton<IHostedService>(services => ActivatorUtilities.CreateInstance<MigrationsOnStart>(
            services,
            ActivatorUtilities.CreateInstance<Migrator>(
                services, connectionName, ConnectionString(services.GetRequiredService<IConfiguration>(), connectionName), assembly)));
    }

    private static string ConnectionString(IConfiguration configuration, string name)
        => configuration.GetConnectionString(name) ?? throw new InvalidOperationException($"ConnectionStrings:{name} is not configured.");

    /// <summary>Erases by this plan for as long as the service runs, in one replica at a time.</summary>
    public static void AddRetention(this WebApplicationBuilder builder, Func<IServiceProvider, RetentionPlan> plan)
        => builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<RetentionLoop>(services, plan(services)));
}
