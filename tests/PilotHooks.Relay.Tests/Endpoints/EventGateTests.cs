using PilotHooks.Relay.Endpoints;

namespace PilotHooks.Relay.Tests.Endpoints;

public sealed class EventGateTests
{
    [Theory]
    [InlineData("", "message.sent", false)]
    [InlineData("*", "message.sent", true)]
    [InlineData("*", "something.new", true)]
    [InlineData("*", "calls", true)]
    [InlineData("message.sent", "message.sent", true)]
    [InlineData("message.sent", "message.delivered", false)]
    [InlineData("message.*", "message.newsletter", true)]
    [InlineData("message.*", "message.report", true)]
    [InlineData("message.*", "number.created", false)]
    [InlineData("number.*", "number.health_blocked", true)]
    [InlineData("number.*", "number.recovered", true)]
    [InlineData("number.health_*", "number.health_shadowban", true)]
    [InlineData("number.health_*", "number.recovered", false)]
    [InlineData("number.health_*", "number.connected", false)]
    [InlineData("call.*", "call.ringing", true)]
    [InlineData("call.*", "calls", false)]
    [InlineData("calls", "calls", true)]
    [InlineData("form.submitted", "form.submitted", true)]
    [InlineData("number.created message.read", "message.read", true)]
    [InlineData("*", "delivery.alert", false)]
    [InlineData("delivery.alert", "delivery.alert", true)]
    [InlineData("* number.*", "number.alert", false)]
    [InlineData("number.alert", "number.alert", true)]
    [InlineData("* message.*", "intake.alert", false)]
    [InlineData("intake.alert", "intake.alert", true)]
    public void Event_is_selected_only_by_what_is_listed(string listed, string name, bool selected)
        => EventGate.Patterns(name).Intersect(listed.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Any().ShouldBe(selected);

    [Theory]
    [InlineData("*")]
    [InlineData("message.*")]
    [InlineData("number.*")]
    [InlineData("number.health_*")]
    [InlineData("call.*")]
    [InlineData("number.health_degraded")]
    [InlineData("number.health_something_new")]
    [InlineData("number.recovered")]
    [InlineData("call.permission_updated")]
    [InlineData("message.incoming")]
    [InlineData("delivery.alert")]
    [InlineData("number.alert")]
    [InlineData("intake.alert")]
    public void Known_name_is_accepted(string name) => EventGate.Unknown([name]).ShouldBeEmpty();

    [Theory]
    [InlineData("message.exploded")]
    [InlineData("")]
    [InlineData("Message.sent")]
    [InlineData("*.*")]
    [InlineData("form.*")]
    [InlineData("number.health_")]
    [InlineData("number.health_Bad Name")]
    [InlineData("webhook.test")]
    public void Unknown_name_is_told(string name) => EventGate.Unknown(["message.sent", name]).ShouldBe([name]);

    [Theory]
    [InlineData("", "message.sent message.incoming", "message.sent message.incoming")]
    [InlineData("message.received", "message.sent message.incoming form.submitted", "message.sent")]
    [InlineData("message.report", "message.sent number.health_blocked message.incoming", "message.incoming")]
    [InlineData("message.report number.created", "message.sent message.incoming", "message.sent message.incoming")]
    [InlineData("message.received", "* message.* delivery.alert message.report", "* message.* delivery.alert")]
    [InlineData("something.new", "message.sent message.report", "message.sent message.report")]
    public void Name_that_the_numbers_provider_cannot_emit_is_dropped(string seen, string listed, string kept)
        => EventGate.DropImpossible(listed.Split(' '), seen.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ShouldBe(kept.Split(' '));
}
