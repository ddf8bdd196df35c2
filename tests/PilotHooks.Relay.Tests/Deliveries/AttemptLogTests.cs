using System.Text.Json;
using Dapper;

namespace PilotHooks.Relay.Tests.Deliveries;

/// <summary>An endpoint with a long log, of which few attempts are asked for.</summary>
[Collection(RelayFixture.Collection)]
public sealed class AttemptLogTests(RelayFixture fixture)
{
    private const int Successes = 25_000;
    private readonly RelaySystem _relay = fixture.System;
    private readonly string _number = $"num_{Guid.NewGuid():N}";

    [Fact]
    public async Task Few_attempts_among_many_are_found_page_by_page_and_failed_ones_at_once()
    {
        var id = await _relay.SubscribeAsync(new Uri("https://example.com/"), [], numberId: _number);
        await FillAsync(id);

        (await PagesAsync($"/v1/webhooks/{id}/logs?status=FAILED&limit=2")).Select(page => page.Count).ShouldBe([2, 1]);
        var rare = await PagesAsync($"/v1/webhooks/{id}/logs?event=call.missed");
        rare.SelectMany(page => page).Select(item => (item.GetProperty("event").GetString(), item.GetProperty("status").GetString()))
            .ShouldBe([("call.missed", "FAILED"), ("call.missed", "FAILED"), ("call.missed", "FAILED"), ("call.missed", "SUCCESS")]);
        rare.Count.ShouldBeInRange(3, 4);
        (await PagesAsync($"/v1/webhooks/{id}/logs?event=call.missed&status=FAILED")).SelectMany(page => page).Count().ShouldBe(3);
        (await PagesAsync($"/v1/webhooks/{id}/logs?event=call.missed&status=SUCCESS")).SelectMany(page => page).Count().ShouldBe(1);
        (await PagesAsync($"/v1/webhooks/{id}/logs?event=nothing.such")).SelectMany(page => page).ShouldBeEmpty();
        (await PagesAsync($"/v1/webhooks/{id}/logs?limit=200&content=false", atMost: 3)).Select(page => page.Count).ShouldBe([200, 200, 200]);
    }

    /// <summary>Newest: many first successes; behind them three failures and then a success of another event.</summary>
    private async Task FillAsync(string id)
    {
        await using var connection = await _relay.Database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            WITH made AS (
                INSERT INTO deliveries (id, endpoint_id, event_id, event, status, attempts, step, size, created_at, first_at, first_status_code, first_duration_ms, first_format)
                SELECT gen_random_uuid(), @id, gen_random_uuid(), CASE WHEN i > @Successes THEN 'call.missed' ELSE 'message.sent' END, 'successful', 1, 1, 2, now(),
                    now() - i * interval '1 second', 200, 5, 'original'
                FROM generate_series(1, @Successes + 1) i
                RETURNING id, event_id, event
            )
            INSERT INTO attempts (delivery_id, id, endpoint_id, event_id, event, number, at, succeeded, status_code, duration_ms, format)
            SELECT id, gen_random_uuid(), @id, event_id, event, i, now() - (@Successes + 1) * interval '1 second' + i * interval '1 millisecond', false, 500, 5, 'original'
            FROM made, generate_series(1, 3) i WHERE event = 'call.missed';
            ANALYZE attempts; ANALYZE deliveries;
            """,
            new { id, Successes });
    }

    private async Task<List<List<JsonElement>>> PagesAsync(string path, int atMost = int.MaxValue)
    {
        var pages = new List<List<JsonElement>>();
        string? next = "";
        while (next is not null && pages.Count < atMost)
        {
            var page = await _relay.ReadAsync($"{path}{next}");
            pages.Add([.. page.GetProperty("items").EnumerateArray()]);
            next = page.GetProperty("next").GetString() is { } cursor ? $"&cursor={Uri.EscapeDataString(cursor)}" : null;
        }

        return pages;
    }
}
