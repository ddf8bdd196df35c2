using System.Text.Json;
using Dapper;
using Npgsql;
using PilotHooks.Relay.Archive;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Relay.Tests.Archive;

/// <summary>Whatever a list of events is narrowed to, it reads a bounded part of the archive. Proved by the plans that PostgreSQL carries out.</summary>
[Collection(RelayFixture.Collection)]
public sealed class EventQueryTests(RelayFixture fixture)
{
    private const int Rows = 200_000;
    private const int Limit = 50;
    private readonly string _number = $"num_{Guid.NewGuid():N}";
    private readonly string _rare = $"rare{Guid.NewGuid():N}";

    [Fact]
    public async Task Page_of_few_among_many_reads_little()
    {
        await using var connection = await fixture.System.Database.OpenConnectionAsync();
        await FillAsync(connection);

        foreach (var filter in new EventFilter[]
        {
            new(null, null, "num_7", All),
            new("message.delivered", null, "num_7", All),
            new($"{_rare}.event", null, null, All),
            new($"{_rare}.nobody", null, null, All),
            new($"{_rare}.*", null, null, All),
            new(null, _rare, null, All),
            new(null, "nobody", null, All),
            new("message.delivered", _rare, null, All),
            new($"{_rare}.event", "whatsapp", null, All),
            new(null, null, _number, All),
            new($"{_rare}.event", null, _number, All),
            new("call.*", null, _number, All),
            new(null, _rare, _number, All),
            new(null, null, "nobody", All),
            new("message.*", "whatsapp", _number, new TimeRange(null, DateTimeOffset.UtcNow.AddDays(-1))),
            new("message.delivered", null, null, new TimeRange(DateTimeOffset.UtcNow, null)),
            new(null, null, null, All),
        })
        {
            var (scanned, plan) = await ExplainAsync(connection, filter);

            plan.ShouldNotContain("Seq Scan", Case.Sensitive, filter.ToString());
            scanned.ShouldBeLessThan(Rows / 40, $"{filter}: {plan}");
        }
    }

    private static TimeRange All => new(null, null);

    /// <summary>Two hundred thousand of a few kinds, and behind them three of a kind and source of their own.</summary>
    private async Task FillAsync(NpgsqlConnection connection)
    {
        await connection.ExecuteAsync(
            """
            INSERT INTO events (event_id, kind, event, source, number_id, occurred_at, received_at, payload)
            SELECT gen_random_uuid(), 'UnknownEventReceived', (ARRAY['message.sent', 'message.delivered', 'message.read', 'message.received'])[1 + i % 4], 'whatsapp',
                CASE WHEN i % 2 = 0 THEN @Number ELSE 'num_' || i % 1000 END, now(), now() - i * interval '1 second', '{}'::bytea
            FROM generate_series(1, @Rows) i
            UNION ALL
            SELECT gen_random_uuid(), 'UnknownEventReceived', @Rare || '.event', @Rare, @Number, now(), now() - interval '5 days' - i * interval '1 second', '{}'::bytea FROM generate_series(1, 3) i
            """,
            new { Number = _number, Rare = _rare, Rows });
        await connection.ExecuteAsync("ANALYZE events");
    }

    /// <summary>The rows of events that the statement reads, of the table or an index, those that it then leaves out included.</summary>
    private static async Task<(double Scanned, string Plan)> ExplainAsync(NpgsqlConnection connection, EventFilter filter)
    {
        var (sql, parameters) = EventQuery.Of("e.event_id, e.event, e.source, e.number_id, e.received_at, u.reason", filter, new PageQuery(Limit, null));
        var plan = await connection.QuerySingleAsync<string>($"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", parameters);
        return (Scanned(JsonDocument.Parse(plan).RootElement[0].GetProperty("Plan")), plan);
    }

    private static double Scanned(JsonElement node)
    {
        var own = node.TryGetProperty("Relation Name", out var relation) && relation.GetString() == "events"
            ? (Number("Actual Rows") + Number("Rows Removed by Filter") + Number("Rows Removed by Index Recheck")) * Number("Actual Loops")
            : 0;
        return own + (node.TryGetProperty("Plans", out var plans) ? plans.EnumerateArray().Sum(Scanned) : 0);

        double Number(string name) => node.TryGetProperty(name, out var value) ? value.GetDouble() : 0;
    }
}
