namespace PilotHooks.Relay.Deliveries;

/// <summary>What this replica can take: endpoints are named where it knows how they fare.</summary>
/// <param name="Endpoints">Ids of the endpoints that it knows.</param>
/// <param name="Rooms">How many deliveries of each, in the same order.</param>
/// <param name="Slots">How many deliveries in all.</param>
/// <param name="Bytes">Bytes of bodies in all; the last delivery taken may exceed them.</param>
internal sealed record DeliveryRoom(string[] Endpoints, int[] Rooms, int Slots, long Bytes)
{
    /// <summary>Nothing may be taken.</summary>
    public static DeliveryRoom None { get; } = new([], [], 0, 0);

    /// <summary>How many of an endpoint that it does not know.</summary>
    public int Initial => EndpointPace.Initial;
}
