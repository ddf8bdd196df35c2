using System.Globalization;
using Npgsql;

namespace PilotHooks.Migrations.Tests;

public sealed class LargeDatabaseTests
{
    private const string LongOne = "V008__delivery_ids.sql";
    private const int Deliveries = 300_000;

    [Fact]
    public async Task Migration_of_many_deliveries_may_take_longer_than_the_time_out_of_commands()
    {
        var database = await FormerDatabase.CreateAsync("relay");
        await BringToAsync(database, before: LongOne);
        await database.ExecuteAsync($"""
            INSERT INTO deliveries (id, endpoint_id, event_id, event, status, size, first_at, first_status_code)
            SELECT gen_random_uuid(), 'wh_' || n % 10, gen_random_uuid(), 'message.sent', 'successful', 100, now(), 200 FROM generate_series(1, {Deliveries}) n
            """);

        await database.MigrateAsync(new NpgsqlConnectionStringBuilder(database.ConnectionString) { CommandTimeout = 1 }.ConnectionString);

        (await database.ReadAsync("SELECT count(*) FROM deliveries WHERE id = delivery_id(event_id, endpoint_id)")).ShouldBe([$"{Deliveries}"]);
        // The history tells how long each took.
        var took = await database.ReadAsync($"SELECT substring(description from '\\((\\d+) ms\\)') FROM schema_history WHERE name = '{LongOne}' AND success");
        int.Parse(took.ShouldHaveSingleItem(), CultureInfo.InvariantCulture).ShouldBeGreaterThan(1000, "the step ends within the time-out: make more deliveries");
    }

    /// <summary>As a version from before that file left it.</summary>
    private static async Task BringToAsync(FormerDatabase database, string before)
    {
        await database.ExecuteAsync("CREATE TABLE schema_migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())");
        var assembly = typeof(ServiceDatabases).Assembly;
        var names = assembly.GetManifestResourceNames().Where(name => name.StartsWith("relay.", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        foreach (var name in names.TakeWhile(name => name != $"relay.{before}"))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            await database.ExecuteAsync(await reader.ReadToEndAsync());
            var former = name["relay.V".Length..].Replace("__", "_", StringComparison.Ordinal);
            await database.ExecuteAsync($"INSERT INTO schema_migrations (name) VALUES ('PilotHooks.Relay.Data.Migrations.{former}')");
        }
    }
}
