using PilotHooks.Simulator.Events;

namespace PilotHooks.Simulator.Business;

/// <summary>Stories of calls, each with its native signalling beside the provider's own events.</summary>
internal static class CallStories
{
    /// <summary>A contact calls and is answered.</summary>
    public static IReadOnlyList<Step> Answered(World world, DateTimeOffset at)
    {
        var call = NewCall(world, at, inbound: true);
        var connected = at + world.Seconds(0.8, 2);
        var ended = connected + world.Seconds(2, 4);
        var duration = TimeSpan.FromSeconds(Math.Max(1, Math.Floor((ended - connected).TotalSeconds)));
        return
        [
            new Step(at, CallEvents.SignalledConnect(call, SignalShape.Envelope, at)),
            new Step(at, CallEvents.Ringing(call, at)),
            new Step(connected, CallEvents.Connected(call, connected)),
            new Step(ended, CallEvents.SignalledTerminate(call, "COMPLETED", duration, SignalShape.Value, ended)),
            new Step(ended, CallEvents.Ended(call, "COMPLETED", duration, ended)),
        ];
    }

    /// <summary>A contact calls and nobody answers.</summary>
    public static IReadOnlyList<Step> Missed(World world, DateTimeOffset at)
    {
        var call = NewCall(world, at, inbound: true);
        var missed = at + world.Seconds(2, 4);
        return
        [
            new Step(at, CallEvents.SignalledConnect(call, SignalShape.Value, at)),
            new Step(at, CallEvents.Ringing(call, at)),
            new Step(missed, CallEvents.Missed(call, missed)),
        ];
    }

    /// <summary>We ask a contact whether we may call, call, and are turned down or fail to get through.</summary>
    public static IReadOnlyList<Step> Outbound(World world, DateTimeOffset at)
    {
        var call = NewCall(world, at, inbound: false);
        var ringing = at + world.Seconds(0.5, 1.5);
        var ended = ringing + world.Seconds(1.5, 3);
        return
        [
            new Step(at, CallEvents.PermissionUpdated(call.Number, call.Contact, world.Pick(["TEMPORARY", "PERMANENT"]), at)),
            new Step(ringing, CallEvents.Ringing(call, ringing)),
            new Step(ringing, CallEvents.SignalledConnect(call, SignalShape.Wrapped, ringing)),
            new Step(ended, CallEvents.Ended(call, world.Pick(["REJECTED", "FAILED"]), duration: null, ended)),
        ];
    }

    public static IReadOnlyList<Step> PermissionRefused(World world, DateTimeOffset at)
        => [new Step(at, CallEvents.PermissionUpdated(world.AnyNumber(at), world.Pick(world.Contacts), "NO_PERMISSION", at))];

    private static Call NewCall(World world, DateTimeOffset at, bool inbound)
        => new(world.UpperId("call_"), world.Wamid("wacid."), inbound, world.AnyNumber(at), world.Pick(world.Contacts), world.Token(8));
}
