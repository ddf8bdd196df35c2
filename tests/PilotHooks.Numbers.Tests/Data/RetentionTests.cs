using Dapper;
using Npgsql;
using PilotHooks.TestSupport;

namespace PilotHooks.Numbers.Tests.Data;

public sealed class RetentionTests(OwnBroker broker) : IClassFixture<OwnBroker>, IAsyncLifetime
{
    private Dictionary<string, string?> _environment = null!;
    private NpgsqlDataSource _database = null!;
    private ServiceProcess? _service;

    public async Task InitializeAsync()
    {
        _environment = NumbersFixture.Environment(broker.ConnectionString, (await TestServers.PostgresAsync()).ConnectionString);
        _environment["Numbers__Retention__Interval"] = "00:00:00.100";
        _environment["Numbers__Retention__Batch"] = "2";
        _database = NpgsqlDataSource.Create(_environment["ConnectionStrings__numbers"]!);
        _service = await ServiceProcess.StartAsync("PilotHooks.Numbers", _environment);
    }

    public async Task DisposeAsync()
    {
        await (_service?.DisposeAsync() ?? default);
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task History_is_removed_by_age_but_for_what_the_present_state_comes_from()
    {
        await using var connection = await _database.OpenConnectionAsync();
        // Days ago, and what was told then. The present state began 600 days ago, the present health 500 days ago.
        (int Age, string Event, string? State, string? Health, string? Profile)[] events =
        [
            (900, "number.created", "created", null, null),
            (800, "number.connected", "connected", null, "former name"),
            (750, "number.health_degraded", null, "degraded", null),
            (700, "number.connected", "connected", null, "name"),
            (650, "number.disconnected", "disconnected", null, null),
            (600, "number.connected", "connected", null, null),
            (550, "number.connected", "connected", null, null),
            (540, "number.health_degraded", null, "degraded", null),
            (500, "number.recovered", null, "healthy", null),
            (400, "number.connected", "connected", null, null),
            (100, "number.connected", "connected", null, null),
        ];
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await connection.ExecuteAsync("INSERT INTO numbers (number_id, state, first_event_at) VALUES ('n', 'connected', now() - interval '900 days')");
            foreach (var (age, name, state, health, profile) in events)
            {
                await connection.ExecuteAsync(
                    """
                    INSERT INTO number_events (event_id, number_id, event, at, place, state, health, phone, display_name, profile_name, merged_at)
                    VALUES (gen_random_uuid(), 'n', @name, now() - @age * interval '1 day', @name, @state, @health, '+55', 'shop', @profile, now() - @age * interval '1 day')
                    """,
                    new { age, name, state, health, profile });
            }

            await transaction.CommitAsync();
        }

        var left = await Eventually.GetAsync(
            async () => (await connection.QueryAsync<int>("SELECT extract(day FROM now() - at)::int FROM number_events ORDER BY at")).ToArray(), ages => ages.Length <= 7);

        left.ShouldBe([900, 700, 650, 600, 540, 500, 100]);
    }

    [Fact]
    public async Task Removed_number_goes_with_its_events_once_its_age_is_over()
    {
        await using var connection = await _database.OpenConnectionAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            foreach (var (id, state, age) in new[] { ("gone", "removed", 366), ("lately", "removed", 364), ("there", "connected", 366) })
            {
                await connection.ExecuteAsync("INSERT INTO numbers (number_id, state) VALUES (@id, @state)", new { id, state });
                await connection.ExecuteAsync(
                    """
                    INSERT INTO number_events (event_id, number_id, event, at, place, state, merged_at)
                    VALUES (gen_random_uuid(), @id, 'number.' || @state, now(), 'x', @state, now() - @age * interval '1 day')
                    """,
                    new { id, state, age });
            }

            await transaction.CommitAsync();
        }

        await Eventually.GetAsync(() => connection.ExecuteScalarAsync<long>("SELECT count(*) FROM numbers WHERE number_id = 'gone'"), count => count == 0);

        (await connection.QueryAsync<string>("SELECT number_id FROM number_events WHERE number_id <> 'n' ORDER BY number_id")).ShouldBe(["lately", "there"]);
    }
}
