using PilotHooks.Simulator.Events;

namespace PilotHooks.Simulator.Business;

/// <summary>Stories of the numbers themselves.</summary>
internal static class NumberStories
{
    /// <summary>Everything else speaks of these numbers, so they come first.</summary>
    public static IReadOnlyList<Step> Open(World world, DateTimeOffset at)
        => [.. world.Numbers.SelectMany(number => new[]
        {
            new Step(at, NumberEvents.Created(number, at)),
            new Step(at + TimeSpan.FromMilliseconds(500), NumberEvents.Connected(number, at + TimeSpan.FromMilliseconds(500))),
        })];

    public static IReadOnlyList<Step> Flap(World world, DateTimeOffset at)
    {
        var number = world.AnyNumber(at);
        var back = at + world.Seconds(1.5, 3.5);
        world.Away(number, back);
        return [new Step(at, NumberEvents.Disconnected(number, at)), new Step(back, NumberEvents.Connected(number, back))];
    }

    /// <summary>The number is disconnected until <see cref="Up"/>.</summary>
    public static IReadOnlyList<Step> Down(World world, BusinessNumber number, DateTimeOffset at)
    {
        world.Away(number, DateTimeOffset.MaxValue);
        return [new Step(at, NumberEvents.Disconnected(number, at))];
    }

    public static IReadOnlyList<Step> Up(World world, BusinessNumber number, DateTimeOffset at)
    {
        world.Away(number, at);
        return [new Step(at, NumberEvents.Connected(number, at))];
    }

    public static IReadOnlyList<Step> Illness(World world, DateTimeOffset at) => Illness(world, at, world.Pick(world.Illnesses));

    public static IReadOnlyList<Step> Illness(World world, DateTimeOffset at, Illness illness)
    {
        var number = world.AnyNumber(at);
        var well = at + world.Seconds(1.5, 3.5);
        world.Away(number, well);
        return [new Step(at, NumberEvents.Health(number, illness, at)), new Step(well, NumberEvents.Recovered(number, well))];
    }

    /// <summary>A market stall opens for a while, and its number is removed with it.</summary>
    public static IReadOnlyList<Step> Stall(World world, DateTimeOffset at)
    {
        var number = world.NewStall();
        var connected = at + world.Seconds(0.3, 1);
        var closed = connected + world.Seconds(1, 3);
        var removed = closed + world.Seconds(0.3, 1);
        return
        [
            new Step(at, NumberEvents.Created(number, at)),
            new Step(connected, NumberEvents.Connected(number, connected)),
            new Step(closed, NumberEvents.Disconnected(number, closed)),
            new Step(removed, NumberEvents.Removed(number, removed)),
        ];
    }
}
