using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Messaging.StuckSends;

/// <summary>A send that the provider accepted and gave no status of.</summary>
internal sealed record StuckSend(Guid Key, string? NumberId, string? Id, string? CorrelationId, DateTime AcceptedAt);

/// <summary>
/// Tells whoever subscribed to <c>delivery.alert</c> that a send is stuck. Its id stands for the send: however often the
/// alert is made, and by whichever replica, it is one event.
/// </summary>
internal static class StuckSendAlert
{
    private const string Name = "delivery.alert";
    private const string Reason = "stuck";
    private const string Source = "pilothooks";

    public static UnknownEventReceived Of(StuckSend send, DateTimeOffset now)
    {
        var id = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{Name}|{Reason}|{send.Key:N}")).AsSpan(0, 16));
        var data = new
        {
            reason = Reason,
            send.NumberId,
            send.Id,
            send.CorrelationId,
            AcceptedAt = new DateTimeOffset(send.AcceptedAt, TimeSpan.Zero),
            CreatedAt = now,
        };
        var body = JsonSerializer.SerializeToUtf8Bytes(new { @event = Name, data }, ApiJson.Options);
        return new UnknownEventReceived(id, Name, Source, send.NumberId, now, now, body);
    }
}
