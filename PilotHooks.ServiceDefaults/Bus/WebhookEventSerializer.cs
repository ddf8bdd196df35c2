using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net.Mime;
using System.Runtime.InteropServices;
using System.Runtime.Serialization;
using MassTransit;
using MassTransit.Logging;
using MassTransit.Serialization;
using PilotHooks.Contracts;

namespace PilotHooks.ServiceDefaults.Bus;

/// <summary>
/// Puts an event on the wire as <see cref="WebhookEventHeaders"/> says. MassTransit's own serializer would wrap the
/// provider's JSON in an envelope of its own, as base64 and with two more copies; here the received bytes are the body.
/// Messages that are not events go through MassTransit's serializer.
/// </summary>
internal sealed class WebhookEventSerializer : ISerializerFactory, IMessageSerializer, IMessageDeserializer
{
    private static readonly ContentType EventContentType = new("application/vnd.pilothooks.event+json");

    public ContentType ContentType => EventContentType;

    public IMessageSerializer CreateSerializer() => this;

    public IMessageDeserializer CreateDeserializer() => this;

    public MessageBody GetMessageBody<T>(SendContext<T> context)
        where T : class
    {
        if (context.Message is not IWebhookEvent message)
        {
            context.ContentType = SystemTextJsonMessageSerializer.JsonContentType;
            return SystemTextJsonMessageSerializer.Instance.GetMessageBody(context);
        }

        WebhookEventHeaders.Write(context.Headers, message);
        if (Activity.Current?.Id is { } traceParent)
        {
            // MassTransit sets it only for a sampled activity; the trace id is to travel with the event in any case.
            context.Headers.Set(DiagnosticHeaders.ActivityId, traceParent, false);
        }

        return new BytesMessageBody(AsArray(message.Payload));
    }

    public ConsumeContext Deserialize(ReceiveContext receiveContext)
        => new BodyConsumeContext(receiveContext, Deserialize(receiveContext.Body, receiveContext.TransportHeaders, receiveContext.InputAddress));

    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null)
    {
        var envelope = new RawMessageContext(headers, destinationAddress, RawSerializerOptions.CopyHeaders);
        var message = WebhookEventHeaders.Read(headers, envelope.MessageId, body.GetBytes())
            ?? throw new SerializationException("The headers of this message are not those of an event.");
        return new EventContext(this, envelope, message);
    }

    public MessageBody GetMessageBody(string text) => new StringMessageBody(text);

    public void Probe(ProbeContext context) => context.CreateScope("webhookEvent").Add("contentType", ContentType.MediaType);

    private static byte[] AsArray(ReadOnlyMemory<byte> payload)
        => MemoryMarshal.TryGetArray(payload, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : payload.ToArray();

    /// <summary>What a consumer sees: the event as its own type and as <see cref="IWebhookEvent"/>.</summary>
    private sealed class EventContext(WebhookEventSerializer serializer, MessageContext envelope, IWebhookEvent message)
        : BaseSerializerContext(SystemTextJsonMessageSerializer.Instance, envelope, [MessageUrn.ForTypeString(message.GetType()), MessageUrn.ForTypeString<IWebhookEvent>()])
    {
        public override bool IsSupportedMessageType<T>() => message is T;

        public override bool IsSupportedMessageType(Type messageType) => messageType.IsInstanceOfType(message);

        public override bool TryGetMessage<T>([NotNullWhen(true)] out T? typed)
            where T : class
            => (typed = message as T) is not null;

        public override bool TryGetMessage(Type messageType, [NotNullWhen(true)] out object? typed)
            => (typed = messageType.IsInstanceOfType(message) ? message : null) is not null;

        public override IMessageSerializer GetMessageSerializer() => serializer;

        public override IMessageSerializer GetMessageSerializer<T>(MessageEnvelope envelope, T message) => serializer;

        public override IMessageSerializer GetMessageSerializer(object message, string[] messageTypes) => serializer;

        public override Dictionary<string, object> ToDictionary<T>(T? message)
            where T : class
            => throw new NotSupportedException("An event is its provider's JSON; it has no dictionary form.");
    }
}
