using PilotHooks.Relay.Archive;
using PilotHooks.Relay.Deliveries;

namespace PilotHooks.Relay.Tests.Deliveries;

public sealed class FirstAttemptsTests
{
    [Fact]
    public async Task Success_is_written_with_the_row_while_rows_wait()
    {
        var first = Make(2);
        var (a, b) = (first.Taken[0], first.Taken[1]);

        first.Record(a, Result(200)).ShouldBeTrue();
        first.Ended.IsCompleted.ShouldBeFalse();
        first.Record(b, Result(204)).ShouldBeTrue();

        await first.Ended;
        (a.FirstResult!.StatusCode, b.FirstResult!.StatusCode).ShouldBe((200, 204));
        (a.IsLeft, b.IsLeft).ShouldBe((false, false));
    }

    [Fact]
    public async Task Failure_ends_the_wait_and_is_recorded_by_itself()
    {
        var first = Make(1);

        first.Record(first.Taken[0], Result(500)).ShouldBeFalse();

        await first.Ended;
        first.Taken[0].FirstResult.ShouldBeNull();
    }

    [Fact]
    public async Task What_is_given_up_gets_a_row_without_a_lease()
    {
        var first = Make(1);

        first.Leave(first.Taken[0]).ShouldBeTrue();

        await first.Ended;
        first.Taken[0].IsLeft.ShouldBeTrue();
    }

    [Fact]
    public async Task None_waits_for_its_turn_once_each_was_begun_or_given_up()
    {
        var first = Make(2);

        first.Begin();
        first.Begun.IsCompleted.ShouldBeFalse();
        first.Leave(first.Taken[1]);

        await first.Begun;
        first.Ended.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void Rows_are_not_touched_any_more_once_they_are_being_written()
    {
        var first = Make(2);
        first.Close();

        first.Record(first.Taken[0], Result(200)).ShouldBeFalse();
        first.Leave(first.Taken[1]).ShouldBeFalse();

        first.Taken[0].FirstResult.ShouldBeNull();
        first.Taken[1].IsLeft.ShouldBeFalse();
    }

    [Fact]
    public async Task Late_outcome_waits_until_there_is_nothing_more_to_write()
    {
        var first = Make(1);
        first.Taken[0].Written.IsCompleted.ShouldBeFalse();

        first.End();

        await first.Taken[0].Written;
    }

    [Fact]
    public async Task Deferred_delivery_keeps_nobody_waiting_and_gets_a_row_without_a_lease()
    {
        var first = Make(1, deferred: 1);

        first.Record(first.Taken[0], Result(200)).ShouldBeTrue();

        await first.Ended;
        first.Deliveries.Select(delivery => delivery.IsLeft).ShouldBe([false, true]);
    }

    private static FirstAttempts Make(int taken, int deferred = 0)
    {
        var endpoint = new SubscribedEndpoint("wh_1", ["*"], null, Healthy: true, RateLimited: false, Targets.Any());
        return new FirstAttempts(Guid.NewGuid(), Planned(taken), Planned(deferred));

        List<PlannedDelivery> Planned(int count) => [.. Enumerable.Range(0, count).Select(_ => new PlannedDelivery(new ArchivedEvent(Events.Received("num_1"), null), endpoint))];
    }

    private static AttemptResult Result(int status) => new(DateTimeOffset.UtcNow, TimeSpan.FromMilliseconds(1), status, null, null, null);
}
