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
/// Puts events on the wire as <see cref="WebhookEventHeaders"/> and <see cref="EventFrames"/> say. MassTransit's own serializer would wrap the
/// provider's JSON in an envelope of its own, as base64 and with two more copies; here the received bytes are the body.
/// Messages that are not events go through MassTransit's serializer.
/// </summary>
/// <param name="contentType"><see cref="EventContentType"/> or <see cref="GroupContentType"/>: what it deserializes. It serializes both.</param>
internal sealed class WebhookEventSerializer(ContentType contentType) : ISerializerFactory, IMessageSerializer, IMessageDeserializer
{
    /// <summary>A message of one event: the provider's JSON, the envelope in <see cref="WebhookEventHeaders"/>.</summary>
    public static readonly ContentType EventContentType = new(WebhookEventHeaders.ContentType);

    /// <summary>A message of several events: <see cref="EventFrames"/>.</summary>
    public static readonly ContentType GroupContentType = new(EventFrames.ContentType);

    public ContentType ContentType => contentType;

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

        if (context.TryGetPayload(out IEventGroup<IWebhookEvent>? group))
        {
            context.Headers.Set(WebhookEventHeaders.Kind, message.GetType().Name);
            WebhookEventHeaders.WriteUnrecognized(context.Headers, group.Events);
            context.ContentType = GroupContentType;
            return new BytesMessageBody(EventFrames.Write(group));
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
        var group = contentType == GroupContentType
            ? EventFrames.Read(WebhookEventHeaders.Text(headers, WebhookEventHeaders.Kind) ?? "", body.GetBytes(), WebhookEventHeaders.Text(headers, WebhookEventHeaders.Unrecognized))
            : WebhookEventHeaders.Read(headers, envelope.MessageId, body.GetBytes());
        return new GroupContext(this, envelope, group ?? throw new SerializationException("The headers of this message are not those of an event."));
    }

    public MessageBody GetMessageBody(string text) => new StringMessageBody(text);

    public void Probe(ProbeContext context) => context.CreateScope("webhookEvent").Add("contentType", ContentType.MediaType);

    private static byte[] AsArray(ReadOnlyMemory<byte> payload)
        => MemoryMarshal.TryGetArray(payload, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : payload.ToArray();

    /// <summary>What a consumer sees: every message as a group of events, of their own kind or of any.</summary>
    private sealed class GroupContext(WebhookEventSerializer serializer, MessageContext envelope, IEventGroup<IWebhookEvent> group)
        : BaseSerializerContext(SystemTextJsonMessageSerializer.Instance, envelope, [MessageUrn.ForTypeString<IEventGroup<IWebhookEvent>>()])
    {
        public override bool IsSupportedMessageType<T>() => group is T;

        public override bool IsSupportedMessageType(Type messageType) => messageType.IsInstanceOfType(group);

        public override bool TryGetMessage<T>([NotNullWhen(true)] out T? typed)
            where T : class
            => (typed = group as T) is not null;

        public override bool TryGetMessage(Type messageType, [NotNullWhen(true)] out object? typed)
            => (typed = messageType.IsInstanceOfType(group) ? group : null) is not null;

        public override IMessageSerializer GetMessageSerializer() => serializer;

        public override IMessageSerializer GetMessageSerializer<T>(MessageEnvelope envelope, T message) => serializer;

        public override IMessageSerializer GetMessageSerializer(object message, string[] messageTypes) => serializer;

        public override Dictionary<string, object> ToDictionary<T>(T? message)
            where T : class
            => throw new NotSupportedException("An event is its provider's JSON; it has no dictionary form.");
    }
}
