using FsCheck;
using FsCheck.Fluent;
using PilotHooks.Messaging.Messages;

namespace PilotHooks.Messaging.Tests.Data;

/// <summary>What edits and revokes say does not depend on their order either.</summary>
public sealed class RevisionOrderTests
{
    private static readonly DateTime Start = new(2026, 2, 24, 15, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Merging_revisions_is_commutative_associative_and_idempotent()
        => Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Revisions().ArrayOf(3).ToArbitrary(), three =>
        {
            var (a, b, c) = (three[0], three[1], three[2]);
            MessageRevision.Merge(a, b).ShouldBe(MessageRevision.Merge(b, a));
            MessageRevision.Merge(MessageRevision.Merge(a, b), c).ShouldBe(MessageRevision.Merge(a, MessageRevision.Merge(b, c)));
            MessageRevision.Merge(a, a).ShouldBe(a);
        }));

    /// <summary>Revisions that contradict each other wherever they can.</summary>
    private static Gen<MessageRevision> Revisions()
        => from texts in Gen.Elements<string?>(null, "a", "b", "é", "\uFF5E", "\U0001F600").ArrayOf(5)
           from isEdit in Gen.Elements(true, true, false)
           from seconds in Gen.Choose(0, 2)
           let at = Start.AddSeconds(seconds)
           select isEdit
               ? new MessageRevision
               {
                   NumberId = "cmm_a",
                   MessageId = "wamid.1",
                   EditedAt = at,
                   Content = texts[0],
                   MediaLink = texts[1],
                   MediaType = texts[2],
                   MediaCaption = texts[3],
                   MediaFilename = texts[4],
               }
               : new MessageRevision { NumberId = "cmm_a", MessageId = "wamid.1", RevokedAt = at };
}
