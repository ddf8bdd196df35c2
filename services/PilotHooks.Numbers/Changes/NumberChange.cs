using System.Text.Json;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Numbers.Changes;

/// <summary>What one <c>number.*</c> event says, as it is kept: a row of the number's history.</summary>
/// <param name="Place">Where it stands among the events of the same moment; see <see cref="NumberChangeOrder"/>.</param>
/// <param name="State">One of <see cref="NumberStates"/>, or null for an event that is not of the lifecycle.</param>
/// <param name="Health"><c>healthy</c> or what the number suffers from, or null for an event that is not of health.</param>
internal sealed record NumberChange(
    Guid EventId,
    string NumberId,
    string Event,
    DateTimeOffset At,
    string Place,
    string? State,
    string? Health,
    string? Phone,
    string? DisplayName,
    string? ProfileName,
    string? Error,
    string? ErrorCode)
{
    /// <summary>
    /// Reads an event by the provider's table of <c>number.*</c> fields (event reference, "number.* payload"). Null where
    /// it names no number: there is nothing that it could change.
    /// </summary>
    public static NumberChange? Read(NumberChanged message)
    {
        using var document = ProviderJson.Parse(message.Payload);
        var data = document.RootElement.Object("data");
        if (data.ValueKind == JsonValueKind.Undefined)
        {
            data = document.RootElement;
        }

        if ((ProviderJson.AsId(message.NumberId) ?? data.Id("numberId")) is not { } numberId)
        {
            return null;
        }

        var name = ProviderJson.Storable(message.Event);
        return new NumberChange(
            message.EventId,
            numberId,
            name,
            // Read anew: an ingress of an older version may have known fewer forms of a time.
            data.Time(message.ReceivedAt, "createdAt") ?? message.OccurredAt,
            NumberChangeOrder.PlaceOf(name, message.EventId),
            NumberStates.Of(name),
            NumberHealth.Of(name),
            PhoneNumber.Normalise(data.Text("phone")),
            data.Text("displayName"),
            data.Text("profileName"),
            data.Text("error"),
            data.Text("errorCode"));
    }
}
