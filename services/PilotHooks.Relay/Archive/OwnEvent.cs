using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PilotHooks.Contracts;
using PilotHooks.Relay.Endpoints;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Relay.Archive;

/// <summary>
/// An event of the relay itself, in the shape of a provider's: archived and delivered like any other, to whoever lists its
/// name (<see cref="EventGate"/>). Its deliveries belong to the trace of what brought it about.
/// </summary>
internal static class OwnEvent
{
    public const string Source = "pilothooks";

    /// <param name="name">The event's name.</param>
    /// <param name="occasion">What it is about: the same occasion, seen by another replica or again, is the same event.</param>
    /// <param name="numberId">The number that it is of; null for none.</param>
    /// <param name="data">The body's <c>data</c>.</param>
    /// <param name="now">When it happens.</param>
    public static ArchivedEvent Of(string name, string occasion, string? numberId, object data, DateTimeOffset now)
    {
        var id = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}|{occasion}")).AsSpan(0, 16));
        var body = JsonSerializer.SerializeToUtf8Bytes(new { @event = name, data }, ApiJson.Options);
        return new ArchivedEvent(new UnknownEventReceived(id, name, Source, numberId, now, now, body), Activity.Current?.Id);
    }
}
