using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using PilotHooks.ServiceDefaults.Data;
using PilotHooks.TestSupport;

namespace PilotHooks.ServiceDefaults.Tests.Data;

public sealed class MigratorTests
{
    [Fact]
    public async Task Replicas_that_start_together_create_and_migrate_the_database_once()
    {
        var database = await NewDatabaseAsync();

        var replicas = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StartAsync(database)));

        (await ReadAsync(database, "SELECT count(*) FROM counted WHERE note = 'second'")).ShouldBe(1L);
        (await ReadAsync(database, "SELECT string_agg(name, ',' ORDER BY name) FROM schema_migrations"))
            .ShouldBe("PilotHooks.ServiceDefaults.Tests.Data.Migrations.001_counted.sql,PilotHooks.ServiceDefaults.Tests.Data.Migrations.002_more.sql");
        await StopAsync(replicas);
    }

    [Fact]
    public async Task Second_start_changes_nothing()
    {
        var database = await NewDatabaseAsync();
        await StopAsync(await StartAsync(database));
        var before = await ReadAsync(database, "SELECT max(applied_at) FROM schema_migrations");

        await StopAsync(await StartAsync(database));

        (await ReadAsync(database, "SELECT max(applied_at) FROM schema_migrations")).ShouldBe(before);
    }

    [Fact]
    public async Task Service_waits_for_a_server_that_is_away_when_it_starts()
    {
        await using var server = await TestServers.StartPostgresAsync();
        await server.StopAsync();

        var starting = StartAsync($"{server.ConnectionString};Database=late");
        await server.StartAsync();

        await StopAsync(await starting);
        (await ReadAsync($"{server.ConnectionString};Database=late", "SELECT count(*) FROM counted")).ShouldBe(1L);
    }

    [Fact]
    public async Task Wrong_password_is_said_at_once()
    {
        var database = new NpgsqlConnectionStringBuilder(await NewDatabaseAsync()) { Password = "wrong" }.ConnectionString;

        (await Should.ThrowAsync<PostgresException>(() => StartAsync(database))).SqlState.ShouldBe(PostgresErrorCodes.InvalidPassword);
    }

    private static async Task<string> NewDatabaseAsync()
        // A name that has to be quoted, in the connection string and in SQL.
        => new NpgsqlConnectionStringBuilder((await TestServers.PostgresAsync()).ConnectionString) { Database = $"migrator \"{Guid.NewGuid():N}\"" }.ConnectionString;

    private static async Task<WebApplication> StartAsync(string database)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["ConnectionStrings:own"] = database;
        builder.AddServiceDefaults("test");
        builder.AddDatabase("own");
        var app = builder.Build();
        await app.StartAsync();
        return app;
    }

    private static async Task StopAsync(params WebApplication[] apps)
    {
        foreach (var app in apps)
        {
            await app.DisposeAsync();
        }
    }

    private static async Task<object?> ReadAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
