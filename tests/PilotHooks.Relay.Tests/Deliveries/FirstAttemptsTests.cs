using PilotHooks.Relay.Archive;
using PilotHooks.Relay.Deliveries;

namespace PilotHooks.Relay.Tests.Deliveries;

public sealed class FirstAttemptsTests
{
    [Fact]
    public async Task Success_is_written_with_the_row_while_rows_wait()
    {
        var first = Make(2);
        var (a, b) = (first.Attempted[0], first.Attempted[1]);

        first.TryWriteWithRow(a, Result(200)).ShouldBeTrue();
        first.AllEnded.IsCompleted.ShouldBeFalse();
        first.TryWriteWithRow(b, Result(204)).ShouldBeTrue();

        await first.AllEnded;
        (a.Success!.StatusCode, b.Success!.StatusCode).ShouldBe((200, 204));
        (a.IsUnleased, b.IsUnleased).ShouldBe((false, false));
    }

    [Fact]
    public async Task Failure_ends_the_wait_and_is_recorded_by_itself()
    {
        var first = Make(1);

        first.TryWriteWithRow(first.Attempted[0], Result(500)).ShouldBeFalse();

        await first.AllEnded;
        first.Attempted[0].Success.ShouldBeNull();
    }

    [Fact]
    public async Task Attempt_that_is_given_up_gets_a_row_without_a_lease()
    {
        var first = Make(1);

        first.TryGiveUp(first.Attempted[0]).ShouldBeTrue();

        await first.AllEnded;
        first.Attempted[0].IsUnleased.ShouldBeTrue();
    }

    [Fact]
    public async Task No_attempt_waits_for_a_slot_once_each_was_started_or_given_up()
    {
        var first = Make(2);

        first.CountStarted();
        first.AllStarted.IsCompleted.ShouldBeFalse();
        first.TryGiveUp(first.Attempted[1]);

        await first.AllStarted;
        first.AllEnded.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void Rows_are_not_touched_any_more_once_they_are_being_written()
    {
        var first = Make(2);
        first.FreezeRows();

        first.TryWriteWithRow(first.Attempted[0], Result(200)).ShouldBeFalse();
        first.TryGiveUp(first.Attempted[1]).ShouldBeFalse();

        first.Attempted[0].Success.ShouldBeNull();
        first.Attempted[1].IsUnleased.ShouldBeFalse();
    }

    [Fact]
    public async Task Late_outcome_waits_until_the_rows_are_written()
    {
        var first = Make(1);
        first.Attempted[0].RowWritten.IsCompleted.ShouldBeFalse();

        first.CompleteRows();

        await first.Attempted[0].RowWritten;
    }

    [Fact]
    public async Task Unattempted_delivery_keeps_nobody_waiting_and_gets_a_row_without_a_lease()
    {
        var first = Make(1, unattempted: 1);

        first.TryWriteWithRow(first.Attempted[0], Result(200)).ShouldBeTrue();

        await first.AllEnded;
        first.Deliveries.Select(delivery => delivery.IsUnleased).ShouldBe([false, true]);
    }

    private static FirstAttempts Make(int attempted, int unattempted = 0)
    {
        var endpoint = new SubscribedEndpoint("wh_1", ["*"], null, Healthy: true, RateLimited: false, Targets.Any());
        return new FirstAttempts(Guid.NewGuid(), Planned(attempted), Planned(unattempted));

        List<PlannedDelivery> Planned(int count) => [.. Enumerable.Range(0, count).Select(_ => new PlannedDelivery(new ArchivedEvent(Events.Received("num_1"), null), endpoint))];
    }

    private static AttemptResult Result(int status) => new(DateTimeOffset.UtcNow, TimeSpan.FromMilliseconds(1), status, null, null, null);
}
