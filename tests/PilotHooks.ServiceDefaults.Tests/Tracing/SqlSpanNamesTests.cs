using PilotHooks.ServiceDefaults.Tracing;

namespace PilotHooks.ServiceDefaults.Tests.Tracing;

public sealed class SqlSpanNamesTests
{
    [Theory]
    [InlineData("SELECT id FROM endpoints e JOIN endpoint_states s ON s.endpoint_id = e.id", "endpoints select")]
    [InlineData("SELECT status, sum(count) FROM (SELECT status, count FROM delivery_counts WHERE id = @id) c", "delivery_counts select")]
    [InlineData("SELECT count(o.key) FROM (SELECT (SELECT x.key FROM reply_originals x) AS key FROM unnest($1) AS r (key)) o", "reply_originals select")]
    [InlineData("INSERT INTO events (id) SELECT * FROM unnest($1::uuid[])", "events insert")]
    [InlineData("INSERT INTO processed_events (event_id) SELECT * FROM unnest($1) ON CONFLICT DO NOTHING", "processed_events insert")]
    [InlineData("INSERT INTO processed_events (event_id) VALUES ($1) ON CONFLICT DO NOTHING; INSERT INTO forms (id) VALUES ($1) ON CONFLICT DO NOTHING", "forms insert")]
    [InlineData("INSERT INTO calls AS c (id)\nSELECT * FROM unnest(@Ids)\nON CONFLICT (id) DO UPDATE SET at = now()", "calls merge")]
    [InlineData("WITH merged AS (INSERT INTO messages AS m (key) SELECT 1 ON CONFLICT (key) DO UPDATE SET x = 1 RETURNING key) INSERT INTO conversations (id) SELECT key FROM merged", "messages merge")]
    [InlineData("INSERT INTO log (id) VALUES ($1); INSERT INTO rows (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET n = 1", "rows merge")]
    [InlineData("WITH fresh AS (SELECT * FROM made), updated AS (UPDATE deliveries d SET step = 1 FROM fresh f RETURNING d.id) INSERT INTO attempts (id) SELECT id FROM updated", "attempts insert")]
    [InlineData("SELECT id FROM endpoint_states ORDER BY id FOR UPDATE", "endpoint_states select")]
    [InlineData("SELECT id FROM number_outages FOR UPDATE SKIP LOCKED", "number_outages select")]
    [InlineData("DELETE FROM \"events\" WHERE id = ANY($1)", "events delete")]
    [InlineData("SELECT extract(epoch FROM now() - at) FROM figures", "figures select")]
    [InlineData("SELECT 1 WHERE a IS DISTINCT FROM b", "select")]
    [InlineData("SELECT pg_try_advisory_lock(1)", "select")]
    [InlineData("  CREATE TABLE x (id int)", "create")]
    [InlineData("", "statement")]
    public void A_statement_is_named_by_what_it_does_and_to_which_table(string sql, string name)
        => SqlSpanNames.NameOf(sql).ShouldBe(name);
}
