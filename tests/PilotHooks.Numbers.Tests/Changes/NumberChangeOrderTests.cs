using PilotHooks.Numbers.Changes;

namespace PilotHooks.Numbers.Tests.Changes;

public sealed class NumberChangeOrderTests
{
    [Fact]
    public void Events_of_one_moment_stand_in_the_order_of_a_life_and_then_of_severity()
    {
        string[] order =
        [
            "number.renamed", "number.created", "number.connected", "number.disconnected", "number.removed",
            "number.recovered", "number.health_odd", "number.health_degraded", "number.health_shadowban", "number.health_blocked",
        ];

        order.OrderBy(name => NumberChangeOrder.PlaceOf(name, Guid.NewGuid()), StringComparer.Ordinal).ShouldBe(order);
    }

    [Fact]
    public void Same_event_of_the_same_moment_is_ordered_by_its_id()
    {
        var (first, second) = (new Guid("10000000-0000-0000-0000-000000000000"), new Guid("20000000-0000-0000-0000-000000000000"));

        string.CompareOrdinal(NumberChangeOrder.PlaceOf("number.created", first), NumberChangeOrder.PlaceOf("number.created", second)).ShouldBeLessThan(0);
    }
}
