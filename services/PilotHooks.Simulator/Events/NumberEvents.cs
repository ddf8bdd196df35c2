using System.Text.Json.Nodes;
using PilotHooks.Simulator.Business;

namespace PilotHooks.Simulator.Events;

/// <summary>Bodies of <c>number.*</c> by the provider's event reference, schema v3.</summary>
internal static class NumberEvents
{
    public static SimulatedEvent Created(BusinessNumber number, DateTimeOffset at) => Of("number.created", number, at);

    public static SimulatedEvent Connected(BusinessNumber number, DateTimeOffset at) => Of("number.connected", number, at, number.ProfileName);

    public static SimulatedEvent Disconnected(BusinessNumber number, DateTimeOffset at) => Of("number.disconnected", number, at);

    public static SimulatedEvent Removed(BusinessNumber number, DateTimeOffset at) => Of("number.removed", number, at);

    public static SimulatedEvent Health(BusinessNumber number, Illness illness, DateTimeOffset at)
        => Of($"number.health_{illness.Suffix}", number, at, number.ProfileName, illness.Error, illness.ErrorCode);

    public static SimulatedEvent Recovered(BusinessNumber number, DateTimeOffset at) => Of("number.recovered", number, at, number.ProfileName);

    private static SimulatedEvent Of(string name, BusinessNumber number, DateTimeOffset at, string? profileName = null, string? error = null, string? errorCode = null)
    {
        var data = new JsonObject { ["numberId"] = number.Id, ["phone"] = number.Phone, ["displayName"] = number.DisplayName };
        Add("profileName", profileName);
        Add("error", error);
        Add("errorCode", errorCode);
        data["createdAt"] = SimulatedEvent.Time(at);
        return SimulatedEvent.Of(name, Sender.PilotStatus, number.Id, new JsonObject { ["event"] = name, ["data"] = data });

        void Add(string field, string? value)
        {
            if (value is not null)
            {
                data[field] = value;
            }
        }
    }
}
