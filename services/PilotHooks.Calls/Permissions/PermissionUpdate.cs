using System.Text.Json;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Calls.Permissions;

/// <summary>What one <c>call.permission_updated</c> says; which of its parties is the contact is decided when read.</summary>
internal sealed record PermissionUpdate(Guid EventId, string? NumberId, string Status, string? From, string? To, DateTimeOffset At)
{
    /// <exception cref="InvalidDataException">It has no status or no party, so it permits and forbids nothing.</exception>
    public static PermissionUpdate Read(CallPermissionUpdated message)
    {
        using var document = ProviderJson.Parse(message.Payload);
        var data = document.RootElement.Object("data") is { ValueKind: JsonValueKind.Object } wrapped ? wrapped : document.RootElement;
        var (from, to) = (PhoneNumber.Normalise(data.Text("from")), PhoneNumber.Normalise(data.Text("to")));
        return data.Text("status") is { } status && (from ?? to) is not null
            ? new PermissionUpdate(message.EventId, message.NumberId, status.ToUpperInvariant(), from, to, message.OccurredAt)
            : throw new InvalidDataException($"Event {message.EventId} has no status or no party.");
    }
}
