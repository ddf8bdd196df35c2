using System.Net;
using PilotHooks.Simulator.Delivery;

namespace PilotHooks.Simulator.Tests.Delivery;

public sealed class DeliveryPolicyTests
{
    [Theory]
    [InlineData(200, """{"status":"accepted"}""", "Accepted")]
    [InlineData(200, """{"status":"duplicate"}""", "Duplicate")]
    [InlineData(204, "", "Accepted")]
    [InlineData(302, "", "Refused")]
    [InlineData(400, "", "Refused")]
    [InlineData(401, "", "Refused")]
    [InlineData(408, "", "Unavailable")]
    [InlineData(429, "", "Unavailable")]
    [InlineData(503, "", "Unavailable")]
    public void Answer_is_classified(int status, string body, string outcome)
        => DeliveryPolicy.Classify((HttpStatusCode)status, body).ToString().ShouldBe(outcome);

    [Fact]
    public void Delays_double_up_to_five_seconds_and_follow_the_receiver_up_to_thirty()
    {
        Enumerable.Range(1, 7).Select(attempt => DeliveryPolicy.DelayAfter(attempt, null).TotalSeconds).ShouldBe([0.25, 0.5, 1, 2, 4, 5, 5]);
        DeliveryPolicy.DelayAfter(1_000_000, null).TotalSeconds.ShouldBe(5);
        DeliveryPolicy.DelayAfter(1, TimeSpan.FromSeconds(7)).TotalSeconds.ShouldBe(7);
        DeliveryPolicy.DelayAfter(1, TimeSpan.FromHours(1)).TotalSeconds.ShouldBe(30);
    }

    [Fact]
    public void The_ingress_is_tried_for_as_long_as_it_is_away_but_not_when_it_refuses()
    {
        DeliveryPolicy.Ingress.GivesUp(DeliveryOutcome.Unavailable, 1_000_000).ShouldBeFalse();
        DeliveryPolicy.Ingress.GivesUp(DeliveryOutcome.Refused, 4).ShouldBeFalse();
        DeliveryPolicy.Ingress.GivesUp(DeliveryOutcome.Refused, 5).ShouldBeTrue();
        DeliveryPolicy.Webhook.GivesUp(DeliveryOutcome.Unavailable, 6).ShouldBeTrue();
    }
}
