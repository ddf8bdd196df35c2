namespace PilotHooks.Relay.Deliveries;

/// <summary>How many deliveries this replica can take now.</summary>
/// <param name="Endpoints">Ids of the endpoints that it has called lately.</param>
/// <param name="PerEndpoint">How many deliveries of each, in the same order.</param>
/// <param name="Deliveries">How many deliveries in all.</param>
/// <param name="Bytes">Bytes of bodies in all; the last delivery may exceed them.</param>
internal sealed record DeliveryCapacity(string[] Endpoints, int[] PerEndpoint, int Deliveries, long Bytes)
{
    /// <summary>How many deliveries of an endpoint that is not among <see cref="Endpoints"/>.</summary>
    public const int OfOtherEndpoint = 8;

    /// <summary>Nothing may be taken.</summary>
    public static DeliveryCapacity None { get; } = new([], [], 0, 0);

    /// <summary>By endpoint.</summary>
    public Dictionary<string, int> ByEndpoint() => Endpoints.Zip(PerEndpoint).ToDictionary(one => one.First, one => one.Second);
}
