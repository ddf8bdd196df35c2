using System.Text;
using PilotHooks.Contracts;
using PilotHooks.Numbers.Changes;

namespace PilotHooks.Numbers.Tests.Changes;

public sealed class NumberChangeTests
{
    [Fact]
    public void Event_of_the_documents_is_read_field_by_field()
    {
        var change = Read("number.connected", """
            {"event":"number.connected","data":{"numberId":"cmm0abc123","phone":"+5511999999999","displayName":"Main store",
            "profileName":"Main Store Official","createdAt":"2026-02-24T15:00:05.000Z"}}
            """);

        change.NumberId.ShouldBe("cmm0abc123");
        change.State.ShouldBe("connected");
        change.Health.ShouldBeNull();
        change.Phone.ShouldBe("+5511999999999");
        change.DisplayName.ShouldBe("Main store");
        change.ProfileName.ShouldBe("Main Store Official");
        change.Error.ShouldBeNull();
        change.ErrorCode.ShouldBeNull();
    }

    [Theory]
    [InlineData("number.created", "created", null)]
    [InlineData("number.connected", "connected", null)]
    [InlineData("number.disconnected", "disconnected", null)]
    [InlineData("number.removed", "removed", null)]
    [InlineData("number.recovered", null, "healthy")]
    [InlineData("number.health_degraded", null, "degraded")]
    [InlineData("number.health_shadowban", null, "shadowban")]
    [InlineData("number.health_blocked", null, "blocked")]
    [InlineData("number.health_on_fire", null, "on_fire")]
    [InlineData("number.health_", null, null)]
    [InlineData("number.renamed", null, null)]
    public void Name_tells_the_state_or_the_health(string name, string? state, string? health)
    {
        var change = Read(name, """{"data":{"numberId":"n"}}""");

        change.State.ShouldBe(state);
        change.Health.ShouldBe(health);
    }

    [Fact]
    public void Fields_of_another_type_are_not_there()
    {
        var change = Read("number.health_blocked", """
            {"data":{"numberId":"n","phone":5511999999999,"displayName":{"a":1},"profileName":[],"error":true,"errorCode":131049}}
            """);

        change.Phone.ShouldBe("+5511999999999");
        change.DisplayName.ShouldBeNull();
        change.ProfileName.ShouldBeNull();
        change.Error.ShouldBeNull();
        change.ErrorCode.ShouldBe("131049");
    }

    [Fact]
    public void Text_that_the_database_cannot_hold_is_made_storable()
    {
        var change = Read("number.created", """{"data":{"numberId":"n","displayName":"a\u0000b","profileName":"x\ud83dy\n\ud83d\ude00"}}""");

        change.DisplayName.ShouldBe("ab");
        change.ProfileName.ShouldBe("x\uFFFDy\n\U0001F600");
    }

    [Fact]
    public void Number_comes_from_the_body_when_the_envelope_has_none()
        => Read("number.created", """{"data":{"numberId":"n"}}""", numberId: null).NumberId.ShouldBe("n");

    [Fact]
    public void Event_of_no_number_is_no_change()
    {
        ReadOrNull("number.created", """{"data":{}}""", numberId: null).ShouldBeNull();
        ReadOrNull("number.created", """{"data":{"numberId":[]}}""", numberId: "\0").ShouldBeNull();
        ReadOrNull("number.created", "[]", numberId: new string('é', 300)).ShouldBeNull();
    }

    [Theory]
    [InlineData("\"2026-03-01T09:00:00-0300\"", 0)]
    [InlineData("\"2026-03-01 09:00:00 -0300\"", 0)]
    [InlineData("\"Sun, 01 Mar 2026 12:00:00 GMT\"", 0)]
    [InlineData("1772366400000", 0)]
    [InlineData("\"1772366400.5\"", 0.5)]
    [InlineData("\"2036-03-01T12:00:00Z\"", 3600)]
    [InlineData("\"+012026-03-01T12:00:00Z\"", 60)]
    [InlineData("null", 60)]
    public void Time_is_the_providers_unless_it_is_none_or_far_ahead_of_its_arrival(string createdAt, double seconds)
    {
        var moment = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        var message = new NumberChanged(
            Guid.NewGuid(), "number.connected", "whatsapp", "n", moment.AddSeconds(60), moment.AddSeconds(3600), Encoding.UTF8.GetBytes($$"""{"data":{"createdAt":{{createdAt}} } }"""));

        NumberChange.Read(message)!.At.ShouldBe(moment.AddSeconds(seconds));
    }

    private static NumberChange Read(string name, string json, string? numberId = "cmm0abc123") => ReadOrNull(name, json, numberId).ShouldNotBeNull();

    private static NumberChange? ReadOrNull(string name, string json, string? numberId) => NumberChange.Read(new NumberChanged(
        Guid.NewGuid(), name, "whatsapp", numberId, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, Encoding.UTF8.GetBytes(json)));
}
