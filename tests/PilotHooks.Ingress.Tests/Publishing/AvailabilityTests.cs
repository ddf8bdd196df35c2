using PilotHooks.Ingress.Publishing;
using PilotHooks.TestSupport;

namespace PilotHooks.Ingress.Tests.Publishing;

public class AvailabilityTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Everyone_may_ask_until_the_server_fails()
    {
        var availability = new Availability(_clock, TimeSpan.FromSeconds(1));

        availability.TryEnter().ShouldBeTrue();
        availability.TryEnter().ShouldBeTrue();
        availability.Failed();
        availability.TryEnter().ShouldBeFalse();
        availability.IsAvailable.ShouldBeFalse();
    }

    [Fact]
    public void One_caller_per_pause_tries_again()
    {
        var availability = new Availability(_clock, TimeSpan.FromSeconds(1));
        availability.Failed();

        _clock.Advance(TimeSpan.FromMilliseconds(999));
        availability.TryEnter().ShouldBeFalse();
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        availability.TryEnter().ShouldBeTrue();
        availability.TryEnter().ShouldBeFalse();
        _clock.Advance(TimeSpan.FromSeconds(1));
        availability.TryEnter().ShouldBeTrue();
    }

    [Fact]
    public void Success_lets_everyone_in_again()
    {
        var availability = new Availability(_clock, TimeSpan.FromSeconds(1));
        availability.Failed();
        availability.Succeeded();

        availability.TryEnter().ShouldBeTrue();
        availability.TryEnter().ShouldBeTrue();
    }
}
