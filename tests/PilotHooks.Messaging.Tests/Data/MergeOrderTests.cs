using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using PilotHooks.Contracts;
using PilotHooks.Messaging.Messages;

namespace PilotHooks.Messaging.Tests.Data;

/// <summary>Any order of the same events, with any duplicates, over two replicas at once, ends in the same answers.</summary>
public sealed class MergeOrderTests
{
    private static readonly DateTimeOffset Start = new(2026, 2, 24, 15, 0, 0, TimeSpan.Zero);
    private static readonly string[] Numbers = ["cmm_a", "cmm_b"];
    private static readonly string[] Statuses = ["sent", "delivered", "read", "failed"];

    [Fact]
    public async Task Answers_are_the_same_in_any_order_with_duplicates_over_two_replicas()
    {
        await using var ordered = await MergeDatabase.CreateAsync();
        await using var shuffled = await MergeDatabase.CreateAsync();
        var seen = new HashSet<string>();

        var histories = Events().ListOf(24).SelectMany(events => Shuffled(events).Select(mixed => (Events: events, Mixed: mixed)));
        var property = Prop.ForAll(histories.ToArbitrary(), history =>
        {
            var answers = Task.Run(() => CompareAsync(ordered, shuffled, history.Events, history.Mixed)).GetAwaiter().GetResult();
            answers.Shuffled.ShouldBe(answers.Ordered);
            seen.UnionWith(new[] { "quotedMessageId\"", "correlationId\"", "\"failed\"", "\"queued\"", "\"id\": null", "\"editedAt\": \"", "\"revokedAt\": \"" }.Where(part => answers.Ordered.Contains(part, StringComparison.Ordinal)));
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), property);

        // Otherwise the property would have been about nothing.
        seen.Count.ShouldBe(7);
    }

    [Fact]
    public void Merging_changes_is_commutative_associative_and_idempotent()
    {
        var changes = Changes().ArrayOf(3);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(changes.ToArbitrary(), three =>
        {
            var (a, b, c) = (three[0], three[1], three[2]);
            MessageChange.Merge(a, b).ShouldBe(MessageChange.Merge(b, a));
            MessageChange.Merge(MessageChange.Merge(a, b), c).ShouldBe(MessageChange.Merge(a, MessageChange.Merge(b, c)));
            MessageChange.Merge(a, a).ShouldBe(a);
        }));
    }

    /// <summary>The database has the rules a second time: merged there one by one, and here all at once, must be the same.</summary>
    [Fact]
    public async Task Statement_merges_as_the_function_does()
    {
        await using var one = await MergeDatabase.CreateAsync();
        await using var all = await MergeDatabase.CreateAsync();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(Changes().ArrayOf(4).ToArbitrary(), changes =>
        {
            var (singly, together) = Task.Run(async () =>
            {
                await Task.WhenAll(one.ClearAsync(), all.ClearAsync());
                foreach (var change in changes)
                {
                    await one.MergeAsync(0, [change]);
                }

                await all.MergeAsync(0, [changes.Aggregate(MessageChange.Merge)]);
                return (await one.ReadAsync(), await all.ReadAsync());
            }).GetAwaiter().GetResult();
            singly.ShouldBe(together);
        }));
    }

    private static async Task<(string Ordered, string Shuffled)> CompareAsync(MergeDatabase ordered, MergeDatabase shuffled, List<object> events, List<object> mixed)
    {
        await Task.WhenAll(ordered.ClearAsync(), shuffled.ClearAsync());
        foreach (var one in events)
        {
            await ordered.MergeAsync(0, [one]);
        }

        var batches = mixed.Chunk(5).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 2).Select(async replica =>
        {
            foreach (var batch in batches.Where((_, index) => index % 2 == replica))
            {
                await MergeUntilTakenAsync(shuffled, replica, batch);
            }
        }));
        return (await ordered.ReadAsync(), await shuffled.ReadAsync());
    }

    private static async Task MergeUntilTakenAsync(MergeDatabase database, int replica, object[] batch)
    {
        for (; ; )
        {
            try
            {
                await database.MergeAsync(replica, batch);
                return;
            }
            catch (Npgsql.NpgsqlException exception) when (exception.IsTransient)
            {
                // As the batcher does.
            }
        }
    }

    /// <summary>Every event once, some twice or more, in any order.</summary>
    private static Gen<List<object>> Shuffled(List<object> events)
        => from again in Gen.SubListOf(events)
           from mixed in Gen.Shuffle(events.Concat(again))
           select mixed.ToList();

    /// <summary>One event about one of few messages, so that they meet.</summary>
    private static Gen<object> Events() => Gen.Frequency(
        (6, StatusEvents()), (3, ReplyEvents()), (2, ReceivedEvents()), (2, ReportEvents()), (2, Sends()), (2, Revisions()), (1, OwnEvents()));

    private static Gen<DateTimeOffset> Times() => Gen.Choose(0, 600).Select(seconds => Start.AddSeconds(seconds));

    private static Gen<object> StatusEvents()
        => from name in Gen.Elements(Statuses)
           from number in Gen.Elements(Numbers)
           from message in Gen.Choose(1, 4)
           from at in Times()
           from full in Gen.Elements(true, false)
           from known in Gen.Elements(true, true, true, false)
           select Status(name, Tests.Events.Status(
               name, number, $"id_{message}", known ? $"wamid.{message}" : null, Iso(at),
               new { content = full ? "sent text" : null, correlationId = full ? $"corr_{message}" : null, error = name == "failed" ? $"error {at.Second}" : null }));

    private static Gen<object> ReplyEvents()
        => from number in Gen.Elements(Numbers)
           from message in Gen.Choose(1, 3)
           from quoted in Gen.Choose(0, 4)
           from correlation in Gen.Choose(0, 4)
           from at in Times()
           select Received("reply", Tests.Events.Inbound("reply", number, $"in_{message}", $"msg_in_{message}", Iso(at), new
           {
               quotedMessageId = quoted == 0 ? null : $"wamid.{quoted}",
               correlationId = correlation == 0 ? null : $"corr_{correlation}",
               contentReplied = "quoted text",
           }));

    private static Gen<object> ReceivedEvents()
        => from number in Gen.Elements(Numbers)
           from message in Gen.Choose(1, 4)
           from at in Times()
           select Received("received", Tests.Events.Inbound("received", number, $"in_{message + 3}", $"msg_in_{message + 3}", Iso(at), new { @from = $"+55119000000{message:00}" }));

    /// <summary>Edits and revokes of messages that may never come, some of no known number.</summary>
    private static Gen<object> Revisions()
        => from number in Gen.Elements([.. Numbers, null])
           from message in Gen.Choose(1, 5)
           from inbound in Gen.Elements(true, false)
           from revoked in Gen.Elements(true, false, false)
           from text in Gen.Elements("first", "second")
           from at in Times()
           let original = new { original_message_id = inbound ? $"msg_in_{message}" : $"wamid.{message}", message = new { type = "text", text = new { body = text } } }
           select Incoming(number, revoked
               ? new { id = "wamid.revision", type = "revoke", timestamp = Iso(at), revoke = original }
               : new { id = "wamid.revision", type = "edit", timestamp = Iso(at), edit = original });

    /// <summary>Messages that the number sent from the phone, some as an answer to a contact's.</summary>
    private static Gen<object> OwnEvents()
        => from number in Gen.Elements(Numbers)
           from message in Gen.Choose(1, 3)
           from quoted in Gen.Choose(0, 4)
           from at in Times()
           select Received("received", Tests.Events.Inbound("received", number, $"own_{message}", $"wamid.own_{message}", Iso(at), new
           {
               fromMe = true,
               @from = Tests.Events.Own,
               to = Tests.Events.Contact,
               quotedMessageId = quoted == 0 ? null : $"msg_in_{quoted}",
           }));

    private static Gen<object> ReportEvents()
        => from status in Gen.Elements("SENT", "delivered", "Read", "PLAYED", "FAILED", "WARNED")
           from message in Gen.Choose(1, 6)
           from at in Times()
           select Status("report", Tests.Events.Report($"wamid.{message}", status, Iso(at), Tests.Events.Contact, new { error = "refused" }));

    private static Gen<object> Sends()
        => from number in Gen.Elements([.. Numbers, ""])
           from message in Gen.Choose(1, 5)
           from at in Times()
           select (object)new MessageChange
           {
               NumberId = number,
               Direction = Direction.Outbound,
               Kind = Kind.Direct,
               Id = $"id_{message}",
               CorrelationId = $"corr_{message}",
               To = Tests.Events.Contact,
               Content = "sent text",
               QueuedAt = EventTime.Of(at),
               CreatedAt = EventTime.Of(at),
               UpdatedAt = EventTime.Of(at),
           };

    /// <summary>Changes of one message that contradict each other wherever they can.</summary>
    private static Gen<MessageChange> Changes()
        => from texts in Gen.Elements<string?>(null, null, "a", "b", "é", "\uFF5E", "\U0001F600").ArrayOf(8)
           from kind in Gen.Elements(Kind.Direct, Kind.Group, Kind.Newsletter)
           from step in Gen.Choose(0, 4)
           from seconds in Gen.Choose(0, 3)
           let at = EventTime.Of(Start.AddSeconds(seconds))
           select new MessageChange
           {
               NumberId = "cmm_a",
               Direction = Direction.Outbound,
               Kind = kind,
               Id = "id_1",
               MessageId = texts[0],
               CorrelationId = texts[1],
               From = texts[2],
               To = texts[3],
               Content = texts[4],
               Type = texts[5],
               GroupId = texts[6],
               Error = step == 3 ? texts[6] : null,
               ErrorCode = step == 3 ? texts[7] : null,
               SentAt = step == 0 ? at : null,
               DeliveredAt = step == 1 ? at : null,
               ReadAt = step == 2 ? at : null,
               FailedAt = step == 3 ? at : null,
               CreatedAt = at,
               UpdatedAt = at,
           };

    private static object Status(string name, string body) => new MessageStatusReported(
        Guid.NewGuid(), $"message.{name}", name == "report" ? "platform" : "whatsapp", NumberOf(body), Start, Start, Encoding.UTF8.GetBytes(body));

    private static object Received(string name, string body) => new MessageReceived(
        Guid.NewGuid(), $"message.{name}", "whatsapp", NumberOf(body), Start, Start, Encoding.UTF8.GetBytes(body));

    private static object Incoming(string? number, object message) => new MessageReceived(
        Guid.NewGuid(), "message.incoming", "platform", number, Start, Start, Encoding.UTF8.GetBytes(Tests.Events.Envelope("message.incoming", message)));

    private static string? NumberOf(string body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.GetProperty("data").TryGetProperty("numberId", out var number) ? number.GetString() : null;
    }

    private static string Iso(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
