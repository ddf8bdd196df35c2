using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Numbers.Changes;

/// <summary>
/// The total order of a number's events, which makes its state independent of their arrival: by event time, and within
/// one moment by place.
/// </summary>
internal static class NumberChangeOrder
{
    private const int MaxNameLength = 128;

    /// <summary>
    /// Created, connected, disconnected, removed; then health, from recovered to blocked, so that the worse wins
    /// (<see cref="NumberHealth.Severity"/>). Further ties end by name and event id: the text compares
    /// byte by byte (collation "C"). It is part of an index, so of an odd name only the beginning counts.
    /// </summary>
    public static string PlaceOf(string eventName, Guid eventId)
        => $"{Rank(eventName)} {(eventName.Length > MaxNameLength ? ProviderJson.Storable(eventName[..MaxNameLength]) : eventName)} {eventId:N}";

    private static char Rank(string eventName) => NumberStates.Of(eventName) switch
    {
        NumberStates.Created => '1',
        NumberStates.Connected => '2',
        NumberStates.Disconnected => '3',
        NumberStates.Removed => '4',
        _ => NumberHealth.Of(eventName) is { } health ? (char)('5' + NumberHealth.Severity(health)) : '0',
    };
}
