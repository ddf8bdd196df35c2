using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PilotHooks.Numbers.Tests.Numbers;

[Collection(NumbersFixture.Collection)]
public sealed class NumberEndpointsTests(NumbersFixture fixture)
{
    private static readonly DateTimeOffset Start = new(2026, 2, 24, 15, 0, 0, TimeSpan.Zero);
    private readonly string _numberId = NumberEvents.NewNumberId();

    [Fact]
    public async Task Number_is_answered_field_by_field()
    {
        await fixture.Bus.PublishAsync(
            NumberEvents.Make("number.created", _numberId, Start),
            NumberEvents.Make("number.connected", _numberId, Start.AddSeconds(5), profileName: "Main Store Official"),
            NumberEvents.Make("number.health_degraded", _numberId, Start.AddSeconds(6), error: "Quality is low.", errorCode: "QUALITY_LOW"),
            NumberEvents.Make("number.disconnected", _numberId, Start.AddMinutes(10)),
            NumberEvents.Make("number.health_blocked", _numberId, Start.AddMinutes(11), error: "Blocked.", errorCode: "BLOCKED"));

        var number = await ReadAfterAsync(5);

        JsonNode.DeepEquals(JsonNode.Parse(number.GetRawText()), JsonNode.Parse($$"""
            {
              "numberId": "{{_numberId}}", "phone": "+5511999999999", "displayName": "Main store", "profileName": "Main Store Official",
              "state": "disconnected", "health": "blocked", "since": "2026-02-24T15:10:00.000Z", "healthSince": "2026-02-24T15:11:00.000Z",
              "disconnects24h": 0, "uptime24h": 0, "error": "Blocked.", "errorCode": "BLOCKED", "lastEventAt": "2026-02-24T15:11:00.000Z"
            }
            """)).ShouldBeTrue(number.GetRawText());
    }

    [Fact]
    public async Task Latest_event_time_wins_over_latest_arrival()
    {
        await fixture.Bus.PublishAsync(NumberEvents.Make("number.connected", _numberId, Start.AddMinutes(2)));
        await ReadAfterAsync(1);
        await fixture.Bus.PublishAsync(NumberEvents.Make("number.disconnected", _numberId, Start));

        var number = await ReadAfterAsync(2);
        number.GetProperty("state").GetString().ShouldBe("connected");
        number.GetProperty("lastEventAt").GetDateTimeOffset().ShouldBe(Start.AddMinutes(2));
        (await fixture.ReadAsync($"/v1/numbers/{_numberId}/history")).GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("event").GetString()).ShouldBe(["number.connected", "number.disconnected"]);
    }

    [Theory]
    [InlineData("2026-02-24T15:00:00+0000")]
    [InlineData("2026-02-24 12:00:00 -0300")]
    [InlineData("2026-02-24T15:00:00,5Z")]
    [InlineData("Tue, 24 Feb 2026 15:00:00 GMT")]
    [InlineData("1771945200000")]
    [InlineData("1771945200.25")]
    public async Task Older_event_that_arrives_late_changes_nothing_however_its_time_is_written(string createdAt)
    {
        await fixture.Bus.PublishAsync(NumberEvents.Make("number.disconnected", _numberId, Start.AddMinutes(1)));
        await ReadAfterAsync(1);
        // From an ingress that could not read the time.
        await fixture.Bus.PublishAsync(NumberEvents.Make("number.connected", _numberId, Start.AddHours(1), createdAt: createdAt));

        (await ReadAfterAsync(2)).GetProperty("state").GetString().ShouldBe("disconnected");
    }

    [Fact]
    public async Task Event_of_a_clock_far_ahead_freezes_nothing()
    {
        var arrival = Start.AddMinutes(1);
        await fixture.Bus.PublishAsync(NumberEvents.Make("number.connected", _numberId, Start.AddYears(10)) with { ReceivedAt = arrival });
        (await ReadAfterAsync(1)).GetProperty("since").GetDateTimeOffset().ShouldBe(arrival);

        await fixture.Bus.PublishAsync(NumberEvents.Make("number.disconnected", _numberId, Start.AddMinutes(2)));

        (await ReadAfterAsync(2)).GetProperty("state").GetString().ShouldBe("disconnected");
        (await fixture.ReadAsync($"/v1/numbers/{_numberId}/history")).GetProperty("items")[1].GetProperty("at").GetDateTimeOffset().ShouldBe(arrival);
    }

    [Theory]
    [InlineData("cmm/a b+c==")]
    [InlineData("cmm%2Fa%")]
    [InlineData("5511 99/é#?&")]
    public async Task Number_is_found_whatever_its_id_holds(string start)
    {
        var numberId = $"{start}{_numberId}";
        await fixture.Bus.PublishAsync(NumberEvents.Make("number.connected", numberId, Start));
        var path = $"/v1/numbers/{Uri.EscapeDataString(numberId)}";

        (await fixture.ReadAsync(path, _ => true)).GetProperty("numberId").GetString().ShouldBe(numberId);
        (await fixture.ReadAsync($"{path}/history")).GetProperty("items").GetArrayLength().ShouldBe(1);
        (await fixture.ReadAsync($"{path}/uptime")).GetProperty("hours").GetInt32().ShouldBe(24);
        (await fixture.ReadAsync($"/v1/numbers?numberId={Uri.EscapeDataString(numberId)}")).GetProperty("items").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Connecting_does_not_heal_and_recovering_does()
    {
        await fixture.Bus.PublishAsync(
            NumberEvents.Make("number.health_shadowban", _numberId, Start),
            NumberEvents.Make("number.connected", _numberId, Start.AddSeconds(1)));
        (await ReadAfterAsync(2)).GetProperty("health").GetString().ShouldBe("shadowban");

        await fixture.Bus.PublishAsync(NumberEvents.Make("number.recovered", _numberId, Start.AddSeconds(2)));
        (await ReadAfterAsync(3)).GetProperty("health").GetString().ShouldBe("healthy");
    }

    [Fact]
    public async Task Numbers_are_listed_by_state_and_by_health_and_counted()
    {
        var before = await fixture.ReadAsync("/internal/numbers/counts");
        var (down, removed) = (NumberEvents.NewNumberId(), NumberEvents.NewNumberId());
        await fixture.Bus.PublishAsync(
            NumberEvents.Make("number.connected", _numberId, Start),
            NumberEvents.Make("number.health_odd", _numberId, Start),
            NumberEvents.Make("number.disconnected", down, Start),
            NumberEvents.Make("number.removed", removed, Start));

        var after = await fixture.ReadAsync("/internal/numbers/counts", counts => Count(counts, "known") >= Count(before, "known") + 2 && Count(counts, "ill") > Count(before, "ill"));

        Count(after, "down").ShouldBeGreaterThan(Count(before, "down"));
        (await IdsAsync($"/v1/numbers?numberId={_numberId}&state=connected&health=odd")).ShouldBe([_numberId]);
        (await IdsAsync($"/v1/numbers?numberId={_numberId}&state=disconnected")).ShouldBeEmpty();
        (await IdsAsync("/v1/numbers?state=disconnected&limit=200")).ShouldContain(down);
        (await IdsAsync("/v1/numbers?state=disconnected&limit=200")).ShouldNotContain(removed);
        using var unknown = await fixture.GetAsync("/v1/numbers?state=asleep");
        unknown.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var stranger = await fixture.Service.Client.GetAsync("/internal/numbers/counts");
        stranger.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        async Task<IEnumerable<string?>> IdsAsync(string path)
            => (await fixture.ReadAsync(path)).GetProperty("items").EnumerateArray().Select(number => number.GetProperty("numberId").GetString());

        static long Count(JsonElement counts, string name) => counts.GetProperty(name).GetInt64();
    }

    [Fact]
    public async Task Events_step_is_told_to_the_console_alone_and_once()
    {
        var change = NumberEvents.Make("number.connected", _numberId, Start);
        await fixture.Bus.PublishAsync(change);
        await ReadAfterAsync(1);
        await fixture.Bus.PublishAsync(change, NumberEvents.Make("number.disconnected", _numberId, Start.AddSeconds(1)));
        await ReadAfterAsync(2);

        var step = (await fixture.ReadAsync($"/internal/events/{change.EventId}/steps")).EnumerateArray().ShouldHaveSingleItem();

        step.GetProperty("detail").GetString().ShouldBe(_numberId);
        (DateTimeOffset.UtcNow - step.GetProperty("at").GetDateTimeOffset()).ShouldBeInRange(TimeSpan.FromSeconds(-1), TimeSpan.FromMinutes(2));
        (await fixture.ReadAsync($"/internal/events/{Guid.NewGuid()}/steps")).GetArrayLength().ShouldBe(0);
        using var stranger = await fixture.Service.Client.GetAsync($"/internal/events/{change.EventId}/steps");
        stranger.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Last_day_is_told_from_its_events()
    {
        var now = DateTimeOffset.UtcNow;
        await fixture.Bus.PublishAsync(
            NumberEvents.Make("number.connected", _numberId, now.AddHours(-30)),
            NumberEvents.Make("number.disconnected", _numberId, now.AddHours(-12)),
            NumberEvents.Make("number.connected", _numberId, now.AddHours(-6)));

        var number = await ReadAfterAsync(3);

        number.GetProperty("disconnects24h").GetInt32().ShouldBe(1);
        number.GetProperty("uptime24h").GetDouble().ShouldBe(0.75, 0.01);
    }

    [Fact]
    public async Task Number_known_by_health_alone_is_created()
    {
        await fixture.Bus.PublishAsync(NumberEvents.Make("number.health_on_fire", _numberId, Start));

        var number = await ReadAfterAsync(1);

        number.GetProperty("state").GetString().ShouldBe("created");
        number.GetProperty("health").GetString().ShouldBe("on_fire");
    }

    [Fact]
    public async Task History_pages_without_gap_or_repeat_while_events_arrive()
    {
        await fixture.Bus.PublishAsync(Enumerable.Range(0, 25).Select(i => NumberEvents.Make("number.connected", _numberId, Start.AddSeconds(i / 3))));
        await ReadAfterAsync(25);

        var seen = new List<string?>();
        string? next = null;
        var later = 0;
        do
        {
            var page = await fixture.ReadAsync($"/v1/numbers/{_numberId}/history?limit=4&cursor={next}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("at").GetString()));
            next = page.GetProperty("next").GetString();
            await fixture.Bus.PublishAsync(NumberEvents.Make("number.disconnected", _numberId, Start.AddMinutes(++later)));
            await ReadAfterAsync(25 + later);
        }
        while (next is not null);

        seen.Count.ShouldBe(25);
        seen.ShouldBe(seen.OrderDescending());
    }

    [Fact]
    public async Task List_pages_through_all_numbers_the_newest_first()
    {
        var ids = Enumerable.Range(0, 5).Select(_ => NumberEvents.NewNumberId()).ToList();
        // Newer than any other test's, so that they come first, and of one moment, so that the key decides.
        var now = DateTimeOffset.UtcNow;
        await fixture.Bus.PublishAsync(ids.Select(id => NumberEvents.Make("number.created", id, now)));
        await fixture.ReadAsync("/v1/numbers", json => ids.All(id => json.GetProperty("items").EnumerateArray().Any(item => item.GetProperty("numberId").GetString() == id)));

        var first = await fixture.ReadAsync("/v1/numbers?limit=3");
        var second = await fixture.ReadAsync($"/v1/numbers?limit=3&cursor={first.GetProperty("next").GetString()}");

        first.GetProperty("items").EnumerateArray().Concat(second.GetProperty("items").EnumerateArray())
            .Select(item => item.GetProperty("numberId").GetString()).Take(5).ShouldBe(ids.OrderByDescending(id => id, StringComparer.Ordinal));
    }

    [Fact]
    public async Task List_tells_the_uptime_of_each_number_when_asked_for()
    {
        var other = NumberEvents.NewNumberId();
        var now = DateTimeOffset.UtcNow;
        await fixture.Bus.PublishAsync(
            NumberEvents.Make("number.connected", _numberId, now.AddHours(-60)),
            NumberEvents.Make("number.disconnected", _numberId, now.AddHours(-6)),
            NumberEvents.Make("number.connected", other, now.AddHours(-3)));
        await ReadAfterAsync(2);
        await fixture.ReadAsync($"/v1/numbers/{other}", _ => true);

        var strips = (await fixture.ReadAsync($"/v1/numbers?numberId={_numberId}&include=uptime&hours=24,168&slots=12")).GetProperty("items")[0].GetProperty("uptime");

        strips.EnumerateArray().Select(strip => strip.GetProperty("hours").GetInt32()).ShouldBe([24, 168]);
        strips[0].GetProperty("share").GetDouble().ShouldBe(0.75, 0.01);
        strips[1].GetProperty("share").GetDouble().ShouldBe(0.9, 0.01);
        strips[0].GetProperty("disconnects").GetInt32().ShouldBe(1);
        strips[0].GetProperty("slots").EnumerateArray().Select(slot => slot.GetProperty("state").GetString())
            .TakeLast(3).ShouldBe(["down", "down", "down"]);
        (await fixture.ReadAsync($"/v1/numbers?numberId={other}&include=uptime")).GetProperty("items")[0].GetProperty("uptime")[0].GetProperty("slots").GetArrayLength().ShouldBe(48);
        (await fixture.ReadAsync($"/v1/numbers?numberId={other}")).GetProperty("items")[0].TryGetProperty("uptime", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Uptime_of_one_number_is_a_strip_of_its_health_too()
    {
        var now = DateTimeOffset.UtcNow;
        await fixture.Bus.PublishAsync(
            NumberEvents.Make("number.connected", _numberId, now.AddDays(-9)),
            NumberEvents.Make("number.health_blocked", _numberId, now.AddDays(-8)));
        await ReadAfterAsync(2);

        var strip = await fixture.ReadAsync($"/v1/numbers/{_numberId}/uptime?hours=168&slots=7");

        strip.GetProperty("slotSeconds").GetDouble().ShouldBe(86400);
        strip.GetProperty("share").GetDouble().ShouldBe(1, 0.001);
        var slots = strip.GetProperty("slots").EnumerateArray().ToList();
        slots.Count.ShouldBe(7);
        slots.ShouldAllBe(slot => slot.GetProperty("state").GetString() == "degraded" && slot.GetProperty("health").GetString() == "blocked");
        slots.ShouldAllBe(slot => slot.GetProperty("at").GetDateTimeOffset().TimeOfDay == TimeSpan.Zero);
    }

    [Fact]
    public async Task List_puts_numbers_in_trouble_first_and_removed_ones_last_over_all_pages()
    {
        var (fine, down, ill, gone) = (NumberEvents.NewNumberId(), NumberEvents.NewNumberId(), NumberEvents.NewNumberId(), NumberEvents.NewNumberId());
        await fixture.Bus.PublishAsync(
            NumberEvents.Make("number.disconnected", down, Start),
            NumberEvents.Make("number.health_degraded", ill, Start.AddSeconds(1)),
            NumberEvents.Make("number.connected", fine, Start.AddSeconds(2)),
            NumberEvents.Make("number.disconnected", gone, Start.AddSeconds(3)),
            NumberEvents.Make("number.removed", gone, Start.AddSeconds(4)));
        await fixture.ReadAsync($"/v1/numbers/{gone}", number => number.GetProperty("state").GetString() == "removed");
        await fixture.ReadAsync("/v1/numbers?limit=200", json => new[] { fine, down, ill }.All(id => json.GetProperty("items").EnumerateArray().Any(item => item.GetProperty("numberId").GetString() == id)));

        var seen = new List<string?>();
        string? next = null;
        do
        {
            var page = await fixture.ReadAsync($"/v1/numbers?order=trouble&limit=3&cursor={next}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("numberId").GetString()));
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);

        seen.Distinct().Count().ShouldBe(seen.Count);
        seen.Where(id => id == fine || id == down || id == ill || id == gone).ShouldBe([ill, down, fine, gone]);
    }

    [Fact]
    public async Task List_is_narrowed_to_a_state_and_a_health()
    {
        var other = NumberEvents.NewNumberId();
        var health = $"of_{_numberId}";
        await fixture.Bus.PublishAsync(
            NumberEvents.Make("number.disconnected", _numberId, Start),
            NumberEvents.Make($"number.health_{health}", _numberId, Start),
            NumberEvents.Make($"number.health_{health}", other, Start));
        await ReadAfterAsync(2);
        await fixture.ReadAsync($"/v1/numbers?health={health}", json => json.GetProperty("items").GetArrayLength() == 2);

        (await fixture.ReadAsync($"/v1/numbers?health={health}&state=disconnected")).GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("numberId").GetString()).ShouldBe([_numberId]);
    }

    [Fact]
    public async Task Key_of_a_number_sees_that_number_alone()
    {
        var other = NumberEvents.NewNumberId();
        await fixture.Bus.PublishAsync(NumberEvents.Make("number.created", _numberId, Start), NumberEvents.Make("number.created", other, Start));
        await ReadAfterAsync(1);
        await fixture.ReadAsync($"/v1/numbers/{other}", _ => true);

        (await fixture.ReadAsync("/v1/numbers", _numberId)).GetProperty("items").EnumerateArray()
            .Select(item => item.GetProperty("numberId").GetString()).ShouldBe([_numberId]);
        (await StatusAsync($"/v1/numbers/{_numberId}", _numberId)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync($"/v1/numbers/{other}", _numberId)).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync($"/v1/numbers/{other}/history", _numberId)).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync($"/v1/numbers/{other}/uptime", _numberId)).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync($"/v1/numbers?numberId={other}", _numberId)).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("/v1/numbers?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("/v1/numbers?limit=201", HttpStatusCode.BadRequest)]
    [InlineData("/v1/numbers?limit=many", HttpStatusCode.BadRequest)]
    [InlineData("/v1/numbers?cursor=nonsense", HttpStatusCode.BadRequest)]
    [InlineData("/v1/numbers?numberId=%00", HttpStatusCode.BadRequest)]
    [InlineData("/v1/numbers?order=trouble&cursor=NjM5MzEyNTQ0MjE1NDgwMDAwfGNtbTBzdXBwb3J0", HttpStatusCode.BadRequest)]
    [InlineData("/v1/numbers?order=name", HttpStatusCode.BadRequest)]
    [InlineData("/v1/numbers?state=asleep", HttpStatusCode.BadRequest)]
    [InlineData("/v1/numbers?include=everything", HttpStatusCode.BadRequest)]
    [InlineData("/v1/numbers?include=uptime&hours=0", HttpStatusCode.BadRequest)]
    [InlineData("/v1/numbers?include=uptime&hours=1,2,3", HttpStatusCode.BadRequest)]
    [InlineData("/v1/numbers?include=uptime&hours=721", HttpStatusCode.BadRequest)]
    [InlineData("/v1/numbers/nobody/uptime?slots=97", HttpStatusCode.BadRequest)]
    [InlineData("/v1/numbers/nobody/uptime", HttpStatusCode.NotFound)]
    [InlineData("/v1/numbers/nobody", HttpStatusCode.NotFound)]
    [InlineData("/v1/numbers/nobody/history", HttpStatusCode.NotFound)]
    public async Task Bad_question_is_a_problem_with_a_trace_id(string path, HttpStatusCode status)
    {
        using var response = await fixture.GetAsync(path);

        response.StatusCode.ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task Odd_json_is_merged_and_not_a_dead_letter()
    {
        await fixture.Bus.PublishAsync(NumberEvents.OfJson("number.created", _numberId, Start, """
            {"event":"number.created","data":{"numberId":"n","phone":5511999999999,"displayName":"a\u0000b\ud800","profileName":{},"error":[1]}}
            """u8.ToArray()));

        var number = await ReadAfterAsync(1);

        number.GetProperty("phone").GetString().ShouldBe("+5511999999999");
        number.GetProperty("displayName").GetString().ShouldBe("ab\uFFFD");
    }

    // The number once so many events of it have arrived.
    private async Task<JsonElement> ReadAfterAsync(int events)
    {
        await fixture.ReadAsync($"/v1/numbers/{_numberId}/history?limit=200", history => history.GetProperty("items").GetArrayLength() == events);
        return await fixture.ReadAsync($"/v1/numbers/{_numberId}");
    }

    private async Task<HttpStatusCode> StatusAsync(string path, string keyOfNumber)
    {
        using var response = await fixture.GetAsync(path, keyOfNumber);
        return response.StatusCode;
    }
}
