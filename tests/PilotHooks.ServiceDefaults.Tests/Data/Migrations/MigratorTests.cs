using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using PilotHooks.ServiceDefaults.Data;
using PilotHooks.TestSupport;

namespace PilotHooks.ServiceDefaults.Tests.Data.Migrations;

public sealed class MigratorTests
{
    private const string Applied = "SELECT string_agg(name, ',' ORDER BY id) FROM schema_history WHERE success AND version <> '0'";

    [Fact]
    public async Task Replicas_that_start_together_create_and_migrate_the_database_once()
    {
        var database = await NewDatabaseAsync();

        var replicas = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StartAsync(database)));

        (await ReadAsync(database, "SELECT count(*) FROM counted WHERE note = 'second'")).ShouldBe(1L);
        (await ReadAsync(database, Applied)).ShouldBe("V001__counted.sql,V002__more.sql,V003__counted_notes.sql");
        await StopAsync(replicas);
    }

    [Fact]
    public async Task Second_start_changes_nothing()
    {
        var database = await NewDatabaseAsync();
        await StopAsync(await StartAsync(database));
        var before = await ReadAsync(database, "SELECT max(installed_on) FROM schema_history");

        await StopAsync(await StartAsync(database));

        (await ReadAsync(database, "SELECT max(installed_on) FROM schema_history")).ShouldBe(before);
    }

    [Fact]
    public async Task Database_of_the_version_before_is_taken_over_without_running_anything_twice()
    {
        var database = await NewDatabaseAsync();
        await StopAsync(await StartAsync(database));
        // As the version before left it, and before the last file was known to it.
        await ReadAsync(database, """
            DROP TABLE schema_history; DROP INDEX counted_notes;
            TRUNCATE schema_migrations;
            INSERT INTO schema_migrations VALUES ('Some.Name.Space.001_counted.sql'), ('Another.Folder.002_more.sql');
            INSERT INTO counted VALUES (2, 'kept');
            """);

        await StopAsync(await StartAsync(database));

        (await ReadAsync(database, Applied)).ShouldBe("V001__counted.sql,V002__more.sql,V003__counted_notes.sql");
        (await ReadAsync(database, "SELECT string_agg(note, ',' ORDER BY id) FROM counted")).ShouldBe("second,kept");
        (await ReadAsync(database, "SELECT to_regclass('counted_notes') IS NOT NULL")).ShouldBe(true);
    }

    [Fact]
    public async Task File_that_comes_after_one_with_a_higher_number_is_applied()
    {
        var database = await NewDatabaseAsync();
        await StopAsync(await StartAsync(database));
        await ReadAsync(database, """
            ALTER TABLE counted DROP COLUMN note;
            DELETE FROM schema_history WHERE name LIKE 'V002%'; DELETE FROM schema_migrations WHERE name LIKE '%.002%';
            """);

        await StopAsync(await StartAsync(database));

        (await ReadAsync(database, Applied)).ShouldBe("V001__counted.sql,V003__counted_notes.sql,V002__more.sql");
        (await ReadAsync(database, "SELECT count(*) FROM counted WHERE note = 'second'")).ShouldBe(1L);
    }

    [Fact]
    public async Task Applied_file_that_was_changed_is_refused_by_its_name()
    {
        var database = await NewDatabaseAsync();
        await StopAsync(await StartAsync(database));
        await ReadAsync(database, "UPDATE schema_history SET checksum = md5('another text') WHERE name LIKE 'V002%'");

        var refusal = await Should.ThrowAsync<InvalidOperationException>(() => StartAsync(database));

        refusal.Message.ShouldContain("V002__more.sql");
        refusal.Message.ShouldContain("checksum");
    }

    [Fact]
    public async Task Failed_migration_is_said_with_its_reason_and_runs_again_at_the_next_start()
    {
        var database = await NewDatabaseAsync();
        await StopAsync(await StartAsync(database));
        await ReadAsync(database, "DELETE FROM schema_history WHERE name LIKE 'V002%'; DELETE FROM schema_migrations WHERE name LIKE '%.002%'");

        var failure = await Should.ThrowAsync<InvalidOperationException>(() => StartAsync(database));

        failure.Message.ShouldContain("V002__more.sql");
        failure.Message.ShouldContain("column \"note\" of relation \"counted\" already exists");
        await ReadAsync(database, "ALTER TABLE counted DROP COLUMN note");
        await StopAsync(await StartAsync(database));
        (await ReadAsync(database, "SELECT count(*) FROM counted WHERE note = 'second'")).ShouldBe(1L);
    }

    [Fact]
    public async Task Migration_may_take_longer_than_the_time_out_of_commands()
    {
        var database = new NpgsqlConnectionStringBuilder(await NewDatabaseAsync()) { CommandTimeout = 1, Options = "-c statement_timeout=300" }.ConnectionString;

        await StopAsync(await StartAsync(database));

        (await ReadAsync(database, "SELECT count(*) FROM counted WHERE note = 'second'")).ShouldBe(1L);
    }

    [Fact]
    public async Task Service_that_may_not_migrate_waits_until_another_has()
    {
        var database = await NewDatabaseAsync();

        var waiting = StartAsync(database, applyOnStart: false);
        await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromSeconds(2)));
        waiting.IsCompleted.ShouldBeFalse();

        await StopAsync(await StartAsync(database));
        await StopAsync(await waiting);
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

    private static async Task<WebApplication> StartAsync(string database, bool applyOnStart = true)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["ConnectionStrings:own"] = database;
        builder.Configuration["Migrations:ApplyOnStart"] = applyOnStart.ToString();
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
