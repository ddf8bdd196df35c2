using System.Net;
using System.Text.Json;

namespace PilotHooks.Calls.Tests.Permissions;

[Collection(CallsFixture.Collection)]
public sealed class PermissionEndpointsTests(CallsFixture fixture)
{
    private static readonly DateTimeOffset Start = CallEvents.Start;
    private readonly string _contact = CallEvents.NewPhone();
    private readonly string _own = CallEvents.NewPhone();

    [Fact]
    public async Task Permission_is_found_with_and_without_plus()
    {
        await fixture.Bus.PublishAsync(CallEvents.Permission(Start, "TEMPORARY", _contact, null));

        var permission = await ReadAsync(_contact, "TEMPORARY");

        permission.GetRawText().ShouldBe($$"""{"contact":"+{{_contact}}","status":"TEMPORARY","at":"2026-07-03T15:00:00.000Z"}""");
        (await fixture.ReadAsync($"/v1/calls/permissions/+{_contact}")).GetRawText().ShouldBe(permission.GetRawText());
        (await fixture.ReadAsync($"/v1/calls/permissions/%2B{_contact}")).GetRawText().ShouldBe(permission.GetRawText());
        fixture.Service.Output.ShouldNotContain(_contact);
    }

    [Fact]
    public async Task Latest_event_time_wins_over_latest_arrival_and_refusal_wins_a_tie()
    {
        await fixture.Bus.PublishAsync(CallEvents.Permission(Start.AddSeconds(2), "PERMANENT", _contact, _own));
        await ReadAsync(_contact, "PERMANENT");
        await fixture.Bus.PublishAsync(
            CallEvents.Permission(Start, "NO_PERMISSION", _contact, _own),
            CallEvents.Permission(Start.AddSeconds(3), "NO_PERMISSION", _contact, _own),
            CallEvents.Permission(Start.AddSeconds(3), "TEMPORARY", _contact, _own));

        (await ReadAsync(_contact, "NO_PERMISSION")).GetProperty("at").GetDateTimeOffset().ShouldBe(Start.AddSeconds(3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Contact_is_the_party_that_is_not_ours_whenever_that_becomes_known(bool callFirst)
    {
        var callId = CallEvents.NewCallId();
        var call = CallEvents.Make("call.ringing", Start, callId, null, "RINGING", "OUTBOUND", from: _own, to: CallEvents.NewPhone());
        if (callFirst)
        {
            await fixture.Bus.PublishAsync(call);
            await fixture.ReadAsync($"/v1/calls/{callId}", _ => true);
        }

        await fixture.Bus.PublishAsync(CallEvents.Permission(Start, "PERMANENT", _own, _contact));
        if (!callFirst)
        {
            await ReadAsync(_own, "PERMANENT");
            await fixture.Bus.PublishAsync(call);
        }

        await ReadAsync(_contact, "PERMANENT");
        (await StatusAsync($"/v1/calls/permissions/{_own}")).ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Permission_for_another_number_is_not_shown_to_the_key_of_one()
    {
        var (numberId, other) = ($"cmm{Guid.NewGuid():N}", $"cmm{Guid.NewGuid():N}");
        await fixture.Bus.PublishAsync(
            CallEvents.Permission(Start, "TEMPORARY", _contact, _own, numberId),
            CallEvents.Permission(Start.AddSeconds(1), "PERMANENT", _contact, _own, other));
        await ReadAsync(_contact, "PERMANENT");

        (await fixture.ReadAsync($"/v1/calls/permissions/{_contact}?numberId={numberId}", json => json.GetProperty("status").GetString() == "TEMPORARY")).ValueKind.ShouldBe(JsonValueKind.Object);
        (await fixture.ReadAsync($"/v1/calls/permissions/{_contact}", numberId)).GetProperty("status").GetString().ShouldBe("TEMPORARY");
        (await StatusAsync($"/v1/calls/permissions/{_contact}", "cmm-third")).ShouldBe(HttpStatusCode.NotFound);
        (await StatusAsync($"/v1/calls/permissions/{_contact}?numberId={other}", numberId)).ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Unknown_contact_is_404() => (await StatusAsync($"/v1/calls/permissions/{_contact}")).ShouldBe(HttpStatusCode.NotFound);

    private Task<JsonElement> ReadAsync(string contact, string status) => fixture.ReadAsync(
        $"/v1/calls/permissions/{contact}", json => json.GetProperty("status").GetString() == status);

    private async Task<HttpStatusCode> StatusAsync(string path, string? keyOfNumber = null)
    {
        using var response = await fixture.GetAsync(path, keyOfNumber);
        return response.StatusCode;
    }
}
