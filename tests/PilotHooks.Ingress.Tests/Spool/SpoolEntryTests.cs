using PilotHooks.Ingress.Publishing;
using PilotHooks.Ingress.Spool;
using PilotHooks.Ingress.Webhooks;

namespace PilotHooks.Ingress.Tests.Spool;

public class SpoolEntryTests
{
    private static readonly AcceptedEvent Event = new(
        EventKind.MessageReceived, Guid.NewGuid(), "message.réply", "whatsapp", "num_1",
        new DateTimeOffset(2026, 2, 24, 15, 0, 5, TimeSpan.Zero).AddTicks(7), new DateTimeOffset(2026, 2, 24, 15, 0, 6, TimeSpan.Zero), new byte[] { 1, 0, 255 });

    [Fact]
    public void Entry_reads_back_as_it_was_written()
    {
        foreach (var written in new[] { Event, Event with { NumberId = null }, Event with { NumberId = "", Payload = default }, Event with { Unrecognized = "unnamed" } })
        {
            foreach (var trace in new[] { "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", null })
            {
                SpoolEntry.TryRead(SpoolEntry.Write(written, trace), out var read, out var readTrace).ShouldBeTrue();

                read.ShouldNotBeNull();
                (read with { Payload = default }).ShouldBe(written with { Payload = default });
                read.Payload.ToArray().ShouldBe(written.Payload.ToArray());
                readTrace.ShouldBe(trace);
            }
        }
    }

    [Fact]
    public void Only_an_event_that_was_not_recognized_needs_a_replica_of_this_version()
    {
        SpoolEntry.Write(Event, null)[0].ShouldBe((byte)1);
        SpoolEntry.Write(Event with { Unrecognized = "unnamed" }, null)[0].ShouldBe((byte)2);
    }

    [Fact]
    public void Entry_that_is_cut_or_of_another_version_is_not_read()
    {
        var entry = SpoolEntry.Write(Event, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        for (var length = 0; length < entry.Length - Event.Payload.Length; length++)
        {
            SpoolEntry.TryRead(entry[..length], out _, out _).ShouldBeFalse();
        }

        entry[0] = 3;
        SpoolEntry.TryRead(entry, out _, out _).ShouldBeFalse();
    }
}
