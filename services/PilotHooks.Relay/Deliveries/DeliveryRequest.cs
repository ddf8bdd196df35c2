using System.Diagnostics;
using System.Globalization;
using PilotHooks.Relay.Endpoints;

namespace PilotHooks.Relay.Deliveries;

/// <summary>The request of one attempt. Each try of it has the same bytes and the same moment, and differs in its hex signature at most.</summary>
internal sealed class DeliveryRequest
{
    private readonly ClaimedDelivery _delivery;
    private readonly ReadOnlyMemory<byte> _body;
    private readonly string? _traceParent;
    private readonly string _id;
    private readonly string? _timestamp;
    private readonly string? _signature;

    /// <param name="delivery">What is delivered.</param>
    /// <param name="body">In the endpoint's format.</param>
    /// <param name="secrets">All that sign, the newest first.</param>
    /// <param name="now">When the attempt began.</param>
    public DeliveryRequest(ClaimedDelivery delivery, ReadOnlyMemory<byte> body, Secret[] secrets, DateTimeOffset now)
    {
        (_delivery, _body) = (delivery, body);
        // The trace is to reach the subscriber in any case.
        _traceParent = Activity.Current?.Id ?? delivery.TraceParent;
        _id = delivery.EventId.ToString();
        if (delivery.Target.Signature != SignatureModes.Hex)
        {
            var timestamp = now.ToUnixTimeSeconds();
            _timestamp = timestamp.ToString(CultureInfo.InvariantCulture);
            _signature = WebhookSigner.Standard(secrets, _id, timestamp, body.Span);
        }
    }

    /// <summary>Whether the request depends on which secret signs <c>X-Webhook-Signature</c>.</summary>
    public bool HasHexSignature => _delivery.Target.Signature != SignatureModes.Standard;

    /// <param name="secret">Signs <c>X-Webhook-Signature</c>, which is one value, as the platform documents it.</param>
    public HttpRequestMessage Sign(Secret secret)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, _delivery.Target.Uri) { Content = new ReadOnlyMemoryContent(_body) };
        message.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        var headers = message.Headers;
        headers.TryAddWithoutValidation("User-Agent", "PilotHooks");
        if (_traceParent is not null)
        {
            headers.TryAddWithoutValidation("traceparent", _traceParent);
        }

        if (HasHexSignature)
        {
            headers.TryAddWithoutValidation("X-Webhook-Signature", WebhookSigner.Hex(secret, _body.Span));
        }

        // By the id a subscriber knows an event again, however it is signed.
        headers.TryAddWithoutValidation("webhook-id", _id);
        if (_signature is not null)
        {
            headers.TryAddWithoutValidation("webhook-timestamp", _timestamp);
            headers.TryAddWithoutValidation("webhook-signature", _signature);
        }

        return message;
    }
}
