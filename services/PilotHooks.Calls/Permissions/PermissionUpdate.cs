using System.Text.Json;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Calls.Permissions;

/// <summary>What one <c>call.permission_updated</c> says; which of its parties is the contact is decided when read.</summary>
internal sealed record PermissionUpdate(Guid EventId, string? NumberId, string Status, string? From, string? To, DateTimeOffset At)
{
    /// <summary>Reads it; null where it has no status or no party, so that it permits and forbids nothing.</summary>
    public static PermissionUpdate? Read(CallPermissionUpdated message)
    {
        using var document = ProviderJson.Parse(message.Payload);
        var data = document.RootElement.Object("data") is { ValueKind: JsonValueKind.Object } wrapped ? wrapped : document.RootElement;
        var (from, to) = (PhoneNumber.Normalise(data.Id("from")), PhoneNumber.Normalise(data.Id("to")));
        var at = data.Time(message.ReceivedAt, "timestamp") ?? message.OccurredAt;
        return data.Id("status") is { } status && (from ?? to) is not null
            ? new PermissionUpdate(message.EventId, ProviderJson.AsId(message.NumberId), status.ToUpperInvariant(), from, to, at)
            : null;
    }
}
