using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PilotHooks.Calls.Tests.Calls;

[Collection(CallsFixture.Collection)]
public sealed class CallEndpointsTests(CallsFixture fixture)
{
    private static readonly DateTimeOffset Start = CallEvents.Start;
    private readonly string _callId = CallEvents.NewCallId();
    private readonly string _wacid = CallEvents.NewWacid();

    [Fact]
    public async Task Call_of_the_documents_is_answered_field_by_field()
    {
        await fixture.Bus.PublishAsync(
            CallEvents.Make("call.ended", Start.AddSeconds(125), _callId, _wacid, "COMPLETED", duration: 120, numberId: "cmm0abc123"),
            CallEvents.Make("call.ringing", Start, _callId, _wacid, "RINGING", numberId: "cmm0abc123"),
            CallEvents.Make("call.connected", Start.AddSeconds(5), _callId, _wacid, "ACCEPTED", numberId: "cmm0abc123"));

        var call = await fixture.ReadAsync($"/v1/calls/{_callId}", json => json.GetProperty("ringingAt").GetString() is not null
            && json.GetProperty("connectedAt").GetString() is not null && json.GetProperty("endedAt").GetString() is not null);

        JsonNode.DeepEquals(JsonNode.Parse(call.GetRawText()), JsonNode.Parse($$"""
            {
              "callId": "{{_callId}}", "externalCallId": "{{_wacid}}", "numberId": "cmm0abc123", "direction": "OUTBOUND", "status": "COMPLETED",
              "from": "+5511888888888", "to": "+5511999999999", "ringingAt": "2026-07-03T15:00:00.000Z", "connectedAt": "2026-07-03T15:00:05.000Z",
              "endedAt": "2026-07-03T15:02:05.000Z", "missedAt": null, "durationSeconds": 120, "signals": 0
            }
            """)).ShouldBeTrue(call.GetRawText());
        (await fixture.ReadAsync($"/v1/calls/{_wacid}")).GetRawText().ShouldBe(call.GetRawText());
    }

    [Fact]
    public async Task Missed_call_tells_when_it_was_missed()
    {
        await fixture.Bus.PublishAsync(
            CallEvents.Make("call.ringing", Start, _callId, _wacid, "RINGING", "INBOUND"),
            CallEvents.Make("call.missed", Start.AddSeconds(30), _callId, null, "MISSED", "INBOUND"));

        var call = await fixture.ReadAsync($"/v1/calls/{_callId}", json => json.GetProperty("missedAt").GetString() is not null && json.GetProperty("ringingAt").GetString() is not null);

        call.GetProperty("status").GetString().ShouldBe("MISSED");
        call.GetProperty("missedAt").GetString().ShouldBe("2026-07-03T15:00:30.000Z");
        call.GetProperty("endedAt").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Events_steps_are_told_to_the_console_alone_and_name_the_call()
    {
        var ringing = CallEvents.Make("call.ringing", Start, _callId, _wacid, "RINGING");
        var signal = CallEvents.Signal(CallEvents.Envelope(CallEvents.Value($"{CallEvents.Terminate(_wacid, Start.AddSeconds(61))},{CallEvents.Connect(_wacid, Start)}")));
        var permission = CallEvents.Permission(Start, "TEMPORARY", CallEvents.NewPhone(), null);
        await fixture.Bus.PublishAsync(ringing, signal, permission);

        (await StepAsync(ringing.EventId)).GetProperty("detail").GetString().ShouldBe(_callId);
        (await StepAsync(signal.EventId)).GetProperty("detail").GetString().ShouldBe(_wacid);
        (await StepAsync(permission.EventId)).GetProperty("detail").ValueKind.ShouldBe(JsonValueKind.Null);
        (await fixture.ReadAsync($"/internal/events/{Guid.NewGuid()}/steps")).GetArrayLength().ShouldBe(0);
        using var stranger = await fixture.Service.Client.GetAsync($"/internal/events/{ringing.EventId}/steps");
        stranger.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        async Task<JsonElement> StepAsync(Guid eventId)
            => (await fixture.ReadAsync($"/internal/events/{eventId}/steps", steps => steps.GetArrayLength() > 0)).EnumerateArray().ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("2026-07-03 12:00:00 -0300")]
    [InlineData("Fri, 03 Jul 2026 15:00:00 +0000")]
    [InlineData("1783090800.0")]
    [InlineData(1783090800000)]
    public async Task Time_of_a_call_is_read_however_it_is_written(object timestamp)
    {
        // From an ingress that could not read it.
        await fixture.Bus.PublishAsync(CallEvents.Make("call.ringing", Start.AddHours(2), _callId, status: "RINGING", timestamp: timestamp));

        (await fixture.ReadAsync($"/v1/calls/{_callId}", _ => true)).GetProperty("ringingAt").GetDateTimeOffset().ShouldBe(Start);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Signalling_is_joined_by_wacid_whichever_comes_first(bool signallingFirst)
    {
        var signal = CallEvents.Signal(CallEvents.Envelope(CallEvents.Value(
            $"{CallEvents.Terminate(_wacid, Start.AddSeconds(61))},{CallEvents.Connect(_wacid, Start)}", CallEvents.Status(_wacid, Start, "RINGING"))));
        var ringing = CallEvents.Make("call.ringing", Start, _callId, _wacid, "RINGING", "INBOUND");
        if (signallingFirst)
        {
            await fixture.Bus.PublishAsync(signal);
            var native = await fixture.ReadAsync($"/v1/calls/{_wacid}", json => json.GetProperty("signals").GetInt32() == 3);
            native.GetProperty("callId").ValueKind.ShouldBe(JsonValueKind.Null);
            native.GetProperty("externalCallId").GetString().ShouldBe(_wacid);
            await fixture.Bus.PublishAsync(ringing);
        }
        else
        {
            await fixture.Bus.PublishAsync(ringing);
            await fixture.ReadAsync($"/v1/calls/{_callId}", _ => true);
            await fixture.Bus.PublishAsync(signal);
        }

        var call = await fixture.ReadAsync($"/v1/calls/{_callId}?includeSdp=1", json => json.GetProperty("signals").GetInt32() == 3);

        call.GetProperty("status").GetString().ShouldBe("COMPLETED");
        call.GetProperty("durationSeconds").GetInt32().ShouldBe(59);
        call.GetProperty("signalling").EnumerateArray().Select(entry => (
            entry.GetProperty("at").GetString(), entry.GetProperty("event").GetString(), entry.GetProperty("sdpType").GetString(), entry.GetProperty("sdp").GetString())).ShouldBe(
        [
            ("2026-07-03T15:00:00.000Z", "connect", "offer", "v=0 offer"),
            ("2026-07-03T15:00:00.000Z", "RINGING", null, null),
            ("2026-07-03T15:01:01.000Z", "terminate", null, null),
        ]);
    }

    [Fact]
    public async Task Sdp_is_answered_only_when_asked_for_and_never_logged()
    {
        var secret = $"ice-pwd:{Guid.NewGuid():N}";
        await fixture.Bus.PublishAsync(CallEvents.Signal(CallEvents.Value(CallEvents.Connect(_wacid, Start, secret))));
        await fixture.ReadAsync($"/v1/calls/{_wacid}", _ => true);

        foreach (var path in new[] { $"/v1/calls/{_wacid}", $"/v1/calls/{_wacid}?includeSdp=0", "/v1/calls?contact=5511999999999" })
        {
            var text = (await fixture.ReadAsync(path)).GetRawText();
            text.ShouldNotContain("ice-pwd");
            text.ShouldNotContain("signalling");
        }

        var entry = (await fixture.ReadAsync($"/v1/calls/{_wacid}?includeSignalling=1")).GetProperty("signalling")[0];
        (entry.GetProperty("sdpType").GetString(), entry.GetProperty("sdp").GetString()).ShouldBe(("offer", null));
        (await fixture.ReadAsync($"/v1/calls/{_wacid}?includeSdp=1")).GetRawText().ShouldContain(secret);
        fixture.Service.Output.ShouldNotContain("ice-pwd");
    }

    [Fact]
    public async Task Stats_count_how_the_calls_of_a_number_went_since_a_moment()
    {
        var numberId = $"cmm0{Guid.NewGuid():N}";
        string[] ids = [.. Enumerable.Range(0, 6).Select(_ => CallEvents.NewCallId())];
        await fixture.Bus.PublishAsync(
            CallEvents.Make("call.missed", Start.AddDays(-2), ids[0], null, "MISSED", "INBOUND", numberId: numberId),
            CallEvents.Make("call.missed", Start.AddMinutes(1), ids[1], null, "MISSED", "INBOUND", numberId: numberId),
            CallEvents.Make("call.ended", Start.AddMinutes(2), ids[2], null, "COMPLETED", duration: 61, numberId: numberId),
            CallEvents.Make("call.ended", Start.AddMinutes(3), ids[3], null, "COMPLETED", duration: 30, numberId: numberId),
            CallEvents.Make("call.ended", Start.AddMinutes(4), ids[4], null, "REJECTED", numberId: numberId),
            CallEvents.Make("call.ringing", Start.AddMinutes(5), ids[5], null, "RINGING", numberId: numberId));
        await fixture.ReadAsync($"/v1/calls?numberId={numberId}", json => json.GetProperty("items").GetArrayLength() == 6);

        var stats = await fixture.ReadAsync($"/v1/calls/stats?numberId={numberId}&since=2026-07-03T00:00:00Z");

        JsonNode.DeepEquals(
            JsonNode.Parse(stats.GetRawText()),
            JsonNode.Parse("""{"total": 5, "missed": 1, "completed": 2, "failed": 1, "ongoing": 1, "averageSeconds": 46}""")).ShouldBeTrue(stats.GetRawText());
        (await fixture.ReadAsync($"/v1/calls?numberId={numberId}&status=missed&since=2026-07-03T00:00:00Z")).GetProperty("items").EnumerateArray()
            .Select(call => call.GetProperty("callId").GetString()).ShouldBe([ids[1]]);
        (await fixture.ReadAsync($"/v1/calls?numberId={numberId}&until=2026-07-02T00:00:00Z")).GetProperty("items").EnumerateArray()
            .Select(call => call.GetProperty("callId").GetString()).ShouldBe([ids[0]]);
        (await fixture.ReadAsync("/v1/calls/stats?numberId=nobody")).GetProperty("averageSeconds").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Envelope_of_several_calls_counts_once_however_often_it_comes()
    {
        var others = new[] { CallEvents.NewWacid(), CallEvents.NewWacid() };
        var signal = CallEvents.Signal(CallEvents.Envelope(
            CallEvents.Value(string.Join(',', others.Append(_wacid).Select(wacid => CallEvents.Connect(wacid, Start)))),
            CallEvents.Value(statuses: CallEvents.Status(_wacid, Start.AddSeconds(1), "RINGING"))));
        await fixture.Bus.PublishAsync(signal, signal);
        await fixture.ReadAsync($"/v1/calls/{_wacid}", _ => true);
        await fixture.Bus.PublishAsync(signal, CallEvents.Signal(CallEvents.Value(CallEvents.Terminate(_wacid, Start.AddSeconds(60)))));

        (await fixture.ReadAsync($"/v1/calls/{_wacid}", json => json.GetProperty("endedAt").GetString() is not null)).GetProperty("signals").GetInt32().ShouldBe(3);
        foreach (var other in others)
        {
            (await fixture.ReadAsync($"/v1/calls/{other}")).GetProperty("signals").GetInt32().ShouldBe(1);
        }
    }

    [Fact]
    public async Task Filters_narrow_the_list()
    {
        var (contact, numberId) = (CallEvents.NewPhone(), $"cmm{Guid.NewGuid():N}");
        var (inbound, outbound) = (CallEvents.NewCallId(), CallEvents.NewCallId());
        await fixture.Bus.PublishAsync(
            CallEvents.Make("call.missed", Start, inbound, null, "MISSED", "INBOUND", from: contact, numberId: numberId),
            CallEvents.Make("call.ended", Start.AddSeconds(1), outbound, null, "REJECTED", "OUTBOUND", to: contact, numberId: numberId));
        await fixture.ReadAsync($"/v1/calls?numberId={numberId}", json => json.GetProperty("items").GetArrayLength() == 2);

        (await IdsAsync($"contact={contact}")).ShouldBe([outbound, inbound]);
        (await IdsAsync($"contact=%2B{contact}")).ShouldBe([outbound, inbound]);
        (await IdsAsync($"contact=+{contact}")).ShouldBe([outbound, inbound]);
        (await IdsAsync($"numberId={numberId}&status=MISSED")).ShouldBe([inbound]);
        (await IdsAsync($"numberId={numberId}&status=rejected")).ShouldBe([outbound]);
        (await IdsAsync($"contact={contact}&direction=INBOUND")).ShouldBe([inbound]);
        (await IdsAsync($"contact={contact}&status=COMPLETED")).ShouldBeEmpty();
    }

    [Fact]
    public async Task List_pages_without_gap_or_repeat_while_calls_arrive()
    {
        var numberId = $"cmm{Guid.NewGuid():N}";
        var ids = Enumerable.Range(0, 11).Select(_ => CallEvents.NewCallId()).ToList();
        // Several calls of one moment, so that the key decides between them.
        await fixture.Bus.PublishAsync(ids.Select((id, i) => CallEvents.Make("call.ringing", Start.AddSeconds(i / 4), id, null, "RINGING", numberId: numberId)));
        await fixture.ReadAsync($"/v1/calls?numberId={numberId}", json => json.GetProperty("items").GetArrayLength() == 11);

        var seen = new List<string?>();
        string? next = null;
        var later = 0;
        do
        {
            var page = await fixture.ReadAsync($"/v1/calls?numberId={numberId}&limit=3&cursor={next}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("callId").GetString()));
            next = page.GetProperty("next").GetString();
            later++;
            await fixture.Bus.PublishAsync(CallEvents.Make("call.ringing", Start.AddMinutes(later), CallEvents.NewCallId(), null, "RINGING", numberId: numberId));
            await fixture.ReadAsync($"/v1/calls?numberId={numberId}&limit=200", json => json.GetProperty("items").GetArrayLength() == 11 + later);
        }
        while (next is not null);

        seen.ShouldBe(ids.Select((id, i) => (id, second: i / 4)).OrderByDescending(call => call.second).ThenByDescending(call => call.id, StringComparer.Ordinal).Select(call => call.id));
    }

    [Fact]
    public async Task Key_of_a_number_sees_the_calls_of_that_number_alone()
    {
        var (numberId, other, foreign) = ($"cmm{Guid.NewGuid():N}", $"cmm{Guid.NewGuid():N}", CallEvents.NewCallId());
        await fixture.Bus.PublishAsync(
            CallEvents.Make("call.ringing", Start, _callId, null, "RINGING", numberId: numberId),
            CallEvents.Make("call.ringing", Start, foreign, null, "RINGING", numberId: other));
        await fixture.ReadAsync($"/v1/calls/{_callId}", _ => true);
        await fixture.ReadAsync($"/v1/calls/{foreign}", _ => true);

        (await fixture.ReadAsync("/v1/calls", numberId)).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("callId").GetString()).ShouldBe([_callId]);
        (await StatusAsync($"/v1/calls/{_callId}", numberId)).ShouldBe(HttpStatusCode.OK);
        (await StatusAsync($"/v1/calls/{foreign}?includeSdp=1", numberId)).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync($"/v1/calls?numberId={other}", numberId)).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Wacid_with_a_slash_is_found_escaped_or_not()
    {
        var wacid = $"wacid.a/b+c==%2F{Guid.NewGuid():N}";
        await fixture.Bus.PublishAsync(CallEvents.Make("call.ringing", Start, _callId, wacid, "RINGING"));
        await fixture.ReadAsync($"/v1/calls/{_callId}", _ => true);

        (await fixture.ReadAsync($"/v1/calls/{Uri.EscapeDataString(wacid)}")).GetProperty("callId").GetString().ShouldBe(_callId);
        (await fixture.ReadAsync($"/v1/calls/{wacid.Replace("%", "%25", StringComparison.Ordinal)}")).GetProperty("callId").GetString().ShouldBe(_callId);
    }

    [Theory]
    [InlineData("/v1/calls?status=ASLEEP", HttpStatusCode.BadRequest)]
    [InlineData("/v1/calls?direction=sideways", HttpStatusCode.BadRequest)]
    [InlineData("/v1/calls?contact=nobody", HttpStatusCode.BadRequest)]
    [InlineData("/v1/calls?contact=%00", HttpStatusCode.BadRequest)]
    [InlineData("/v1/calls?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("/v1/calls?cursor=x", HttpStatusCode.BadRequest)]
    [InlineData("/v1/calls/call_x?includeSdp=please", HttpStatusCode.BadRequest)]
    [InlineData("/v1/calls/call_nobody", HttpStatusCode.NotFound)]
    public async Task Bad_question_is_a_problem_with_a_trace_id(string path, HttpStatusCode status)
    {
        using var response = await fixture.GetAsync(path);

        response.StatusCode.ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();
    }

    private async Task<IEnumerable<string?>> IdsAsync(string query)
        => (await fixture.ReadAsync($"/v1/calls?{query}")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("callId").GetString());

    private async Task<HttpStatusCode> StatusAsync(string path, string keyOfNumber)
    {
        using var response = await fixture.GetAsync(path, keyOfNumber);
        return response.StatusCode;
    }
}
