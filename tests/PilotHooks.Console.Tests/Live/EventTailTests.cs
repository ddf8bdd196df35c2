using PilotHooks.Console.Live;

namespace PilotHooks.Console.Tests.Live;

public sealed class EventTailTests
{
    [Fact]
    public void First_page_only_tells_where_to_start()
    {
        var tail = new EventTail();
        tail.Advance(Events(3), out var missed).ShouldBeEmpty();
        missed.ShouldBeFalse();
    }

    [Fact]
    public void New_events_come_once_newest_first_wherever_in_the_page_they_stand()
    {
        var old = Events(3);
        var tail = new EventTail();
        tail.Advance(old, out _);
        var (newer, late) = (Events(1)[0], Events(1)[0]);

        // The late one was received before one that was archived earlier.
        tail.Advance([newer, old[0], late, old[1]], out var missed).ShouldBe([newer, late]);

        missed.ShouldBeFalse();
        tail.Advance([newer, old[0], late, old[1]], out _).ShouldBeEmpty();
    }

    [Fact]
    public void Full_page_of_new_events_means_that_there_were_more()
    {
        var tail = new EventTail();
        tail.Advance(Events(5), out _);
        tail.Advance(Events(EventTail.PageSize), out var missed).Count.ShouldBe(EventTail.PageSize);
        missed.ShouldBeTrue();
    }

    [Fact]
    public void Memory_stays_small_and_still_knows_the_newest_page()
    {
        var tail = new EventTail();
        IReadOnlyList<LiveEvent> page = [];
        for (var round = 0; round < 100; round++)
        {
            page = Events(EventTail.PageSize);
            tail.Advance(page, out _);
        }

        tail.Advance(page, out _).ShouldBeEmpty();
    }

    private static List<LiveEvent> Events(int count)
        => [.. Enumerable.Range(0, count).Select(_ => new LiveEvent(Guid.NewGuid(), "message.sent", "whatsapp", NumberId: null, DateTimeOffset.UnixEpoch))];
}
