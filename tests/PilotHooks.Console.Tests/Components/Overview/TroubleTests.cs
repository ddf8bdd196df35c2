using PilotHooks.Console.Components.Overview;
using PilotHooks.Console.Components.Shared;

namespace PilotHooks.Console.Tests.Components.Overview;

public sealed class TroubleTests
{
    private static readonly DateTimeOffset Now = new(2026, 2, 24, 15, 0, 0, TimeSpan.Zero);

    [Fact]
    public void System_that_is_well_has_none() => Trouble.Of(Well()).ShouldBeEmpty();

    [Fact]
    public void Each_trouble_is_told_with_where_to_look_and_the_gravest_first()
    {
        var found = Trouble.Of(Well() with
        {
            Spool = new Spool(new Level(3, [])),
            Numbers = new NumberState(5, 1, 2),
            Endpoints = new EndpointState(4),
            DeadLetters = new DeadLetterState(7),
            Queues = [new QueueState("calls-changes", "calls", 0, new Level(9, []), new Level(90, [])), new QueueState("relay-archive", "relay", 1, new Level(9, []), new Level(31, []))],
            Services = [new ServiceState("calls", 0, Now)],
        });

        found.Select(trouble => (trouble.Text, trouble.Href)).ShouldBe(
        [
            ("Silent", "#services"), ("NoConsumer", "#queues"), ("OpenDeadLetters", "/dead-letters"), ("EndpointsFail", "/webhooks?failing=true"), ("NumbersDown", "/numbers?state=disconnected"),
            ("Late", "#queues"), ("NumbersIll", "/numbers"), ("Spooling", null),
        ]);
        found.TakeWhile(trouble => trouble.Kind == BadgeKind.Bad).Count().ShouldBe(5);
    }

    [Fact]
    public void What_is_not_known_is_said_and_not_taken_for_well()
        => Trouble.Of(Well() with { Numbers = null, Endpoints = null, DeadLetters = new DeadLetterState(null) }).Single().Values.ShouldBe(["numbers, relay, console"]);

    private static OverviewFigures Well()
    {
        var none = new Flow(0, []);
        var latency = new Latency(0, null, null, null, null, new LatencySeries([], [], []));
        return new OverviewFigures(
            Now.AddHours(-1), Now, 60, new Dictionary<string, Flow>(), none, none, latency, new Spool(new Level(0, [])),
            [new QueueState("calls-changes", "calls", 1, new Level(0, []), new Level(0.2, []))],
            new Deliveries(new Dictionary<string, Flow>(), new Dictionary<string, Flow>(), latency),
            new DeadLetterState(0), new NumberState(5, 0, 0), new EndpointState(0), [new ServiceState("calls", 1, Now)]);
    }
}
