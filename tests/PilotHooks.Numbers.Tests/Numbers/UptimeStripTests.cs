using PilotHooks.Numbers.Numbers;

namespace PilotHooks.Numbers.Tests.Numbers;

public sealed class UptimeStripTests
{
    // Half past: the last of 24 slots is the hour that began at 15:00.
    private static readonly DateTimeOffset Now = new(2026, 2, 24, 15, 30, 0, TimeSpan.Zero);

    [Fact]
    public void Slots_begin_at_multiples_of_their_length_and_end_now()
    {
        var strip = UptimeStrip.Of(Now.AddDays(-9), [new(Now.AddDays(-9), "connected")], 168, 28, Now);

        strip.Slots.Count.ShouldBe(28);
        strip.SlotSeconds.ShouldBe(6 * 3600);
        strip.Slots[^1].At.ShouldBe(new DateTimeOffset(2026, 2, 24, 12, 0, 0, TimeSpan.Zero));
        strip.Slots.Select(slot => slot.At).ShouldBe(Enumerable.Range(0, 28).Select(slot => strip.Slots[0].At.AddHours(6 * slot)));
        strip.Until.ShouldBe(Now);
        strip.Slots.ShouldAllBe(slot => slot.State == "connected" && slot.Connected == 1 && slot.Down == 0);
    }

    [Fact]
    public void Slot_tells_the_worst_that_it_held()
    {
        var strip = UptimeStrip.Of(
            Now.AddHours(-10),
            [
                new(Now.AddHours(-9), "connected"), // 6:30
                new(Now.AddHours(-7), null, "degraded"),
                new(Now.AddHours(-6.9), null, "blocked"),
                new(Now.AddHours(-6.8), null, "degraded"),
                new(Now.AddHours(-5), null, "healthy"),
                new(Now.AddHours(-3.25), "disconnected"),
                new(Now.AddHours(-2.75), "connected"),
                new(Now.AddHours(-1), "removed"),
            ],
            24, 24, Now);

        strip.Slots.Where(slot => slot.State != "unknown").Select(slot => $"{slot.At.Hour} {slot.State} {slot.Health} {slot.Connected:0.##} {slot.Down:0.##} {slot.Disconnects}").ShouldBe(
        [
            "6 connected healthy 0.5 0 0",
            "7 connected healthy 1 0 0",
            "8 degraded blocked 1 0 0",
            "9 degraded degraded 1 0 0",
            "10 degraded degraded 1 0 0",
            "11 connected healthy 1 0 0",
            "12 down healthy 0.5 0.5 1",
            "13 connected healthy 1 0 0",
            "14 connected healthy 1 0 0",
        ]);
        // Known and not connected yet is not down; not known and removed are nothing at all.
        strip.Slots.Single(slot => slot.At.Hour == 5).Connected.ShouldBe(0);
        strip.Slots[^1].ShouldBe(new UptimeSlot(strip.Slots[^1].At, "unknown", null, null, null, 0));
        strip.Share!.Value.ShouldBe(7.5 / 9, 1e-9);
        strip.Disconnects.ShouldBe(1);
    }
}
