using PilotHooks.Contracts;
using PilotHooks.Ingress.Webhooks;

namespace PilotHooks.Ingress.Tests.Webhooks;

public sealed class EventNamesTests
{
    /// <summary>Metrics name an event's kind, and whoever reads them knows the contracts.</summary>
    [Fact]
    public void Kinds_are_named_as_their_contracts()
        => Enum.GetNames<EventKind>().ShouldBe(Queues.ByEvent.Keys.Select(contract => contract.Name), ignoreOrder: true);
}
