using System.Runtime.Serialization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.ServiceDefaults.Tests.Bus;

public sealed class EventFramesTests
{
    [Fact]
    public void Every_group_of_events_is_read_back_as_it_was_written()
    {
        var texts = ArbMap.Default.GeneratorFor<string?>();
        var ticks = Gen.Choose(0, int.MaxValue).Select(seconds => new DateTimeOffset(seconds * TimeSpan.TicksPerSecond + 1, TimeSpan.Zero));
        var events = from id in ArbMap.Default.GeneratorFor<Guid>()
                     from name in texts
                     from source in texts
                     from number in texts
                     from occurred in ticks
                     from received in ticks
                     from payload in ArbMap.Default.GeneratorFor<byte[]>()
                     from traceParent in texts
                     select (Event: new MessageReceived(id, Clean(name) ?? "", Clean(source) ?? "", Clean(number), ProviderTime.Clamp(occurred, received), received, payload ?? []), TraceParent: Clean(traceParent));

        Prop.ForAll(events.NonEmptyListOf().ToArbitrary(), group =>
        {
            var written = EventFrames.Write(new EventGroup<MessageReceived>([.. group.Select(item => item.Event)], [.. group.Select(item => item.TraceParent)]));

            var read = EventFrames.Read(nameof(MessageReceived), written).ShouldNotBeNull();

            read.ShouldBeAssignableTo<IEventGroup<MessageReceived>>();
            read.TraceParents.ShouldBe(group.Select(item => item.TraceParent));
            read.Events.Select(Comparable).ShouldBe(group.Select(item => Comparable(item.Event)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_body_that_is_cut_anywhere_inside_an_event_is_refused()
    {
        var message = new MessageReceived(Guid.NewGuid(), "message.received", "whatsapp", null, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "{}"u8.ToArray());
        var body = EventFrames.Write(new EventGroup<MessageReceived>([message, message], [null, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"]));
        var first = EventFrames.Length(message, null);

        for (var length = 1; length < body.Length; length++)
        {
            if (length != first)
            {
                Should.Throw<SerializationException>(() => EventFrames.Read(nameof(MessageReceived), body[..length]));
            }
        }
    }

    [Fact]
    public void A_kind_that_nobody_knows_is_no_group()
    {
        var message = new FormSubmitted(Guid.NewGuid(), "form.submitted", "platform", null, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "{}"u8.ToArray());

        EventFrames.Read("SomethingElse", EventFrames.Write(new EventGroup<FormSubmitted>([message], [null]))).ShouldBeNull();
    }

    // A lone surrogate has no UTF-8; no provider's text reaches the bus with one.
    private static string? Clean(string? text) => text is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static (Guid, string, string, string?, DateTimeOffset, DateTimeOffset, string) Comparable(IWebhookEvent e)
        => (e.EventId, e.Event, e.Source, e.NumberId, e.OccurredAt, e.ReceivedAt, Convert.ToHexString(e.Payload.Span));
}
