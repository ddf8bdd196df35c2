using PilotHooks.Relay.Deliveries;

namespace PilotHooks.Relay.Tests.Deliveries;

/// <summary>Targets for what never calls them.</summary>
internal static class Targets
{
    public static DeliveryTarget Any() => new() { Url = "http://localhost/", Format = "original", Signature = "both", Secret = [] };
}
