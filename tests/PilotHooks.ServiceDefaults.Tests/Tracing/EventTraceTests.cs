using System.Diagnostics;
using PilotHooks.ServiceDefaults.Tracing;

namespace PilotHooks.ServiceDefaults.Tests.Tracing;

public sealed class EventTraceTests
{
    [Theory]
    [InlineData("message.received")]
    [InlineData("number.health_shadowban")]
    [InlineData("order-2.Paid")]
    [InlineData("v2026.changed")]
    public void A_plain_name_is_shown(string name) => EventTrace.Label(name).ShouldBe(name);

    [Theory]
    [InlineData("")]
    [InlineData("message.received\n")]
    [InlineData("two words")]
    [InlineData("5511977776666")]
    [InlineData("to.55119.77776666")]
    [InlineData("<script>")]
    [InlineData("mensagem.útil")]
    [InlineData("a.name.that.is.longer.than.any.that.a.provider.would.think.of.for.it")]
    public void A_name_that_a_stranger_chose_is_not_shown(string name) => EventTrace.Label(name).ShouldBe("(other)");

    [Fact]
    public void What_happens_in_an_events_trace_has_its_trace_id()
    {
        using (EventTrace.Enter("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
        {
            Activity.Current!.TraceId.ToString().ShouldBe("0af7651916cd43dd8448eb211c80319c");
        }

        Activity.Current.ShouldBeNull();
    }
}
