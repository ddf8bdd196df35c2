using FsCheck;
using FsCheck.Fluent;
using PilotHooks.Calls.Calls;

namespace PilotHooks.Calls.Tests.Calls;

public sealed class CallLinksTests
{
    [Fact]
    public void Fact_with_both_ids_joins_what_was_known_by_either()
    {
        var links = CallLinks.Resolve([["c:1", "w:1"]], new Dictionary<string, string> { ["c:1"] = "c:1", ["w:1"] = "w:1" });

        links.Calls.ShouldBe(new Dictionary<string, string> { ["c:1"] = "c:1", ["w:1"] = "c:1" }, ignoreOrder: true);
        links.Replaced.ShouldBe(new Dictionary<string, string> { ["w:1"] = "c:1" });
    }

    [Fact]
    public void Known_call_keeps_its_name_when_a_later_key_joins_it()
    {
        var links = CallLinks.Resolve([["c:2", "w:1"]], new Dictionary<string, string> { ["w:1"] = "c:1" });

        links.Calls["c:2"].ShouldBe("c:1");
        links.Replaced.ShouldBeEmpty();
    }

    [Fact]
    public void Links_do_not_depend_on_the_order_nor_on_the_batches()
    {
        var fact = from call in Gen.Elements<string?>(null, "c:1", "c:2", "c:3")
                   from external in Gen.Elements<string?>(null, "w:1", "w:2", "w:3")
                   where call is not null || external is not null
                   select new[] { call, external }.OfType<string>().ToArray();
        var orders = from facts in Gen.NonEmptyListOf(fact)
                     from shuffled in Gen.Shuffle(facts.ToArray())
                     from cut in Gen.Choose(0, shuffled.Length)
                     select (Facts: facts.ToArray(), Shuffled: shuffled, Cut: cut);

        Check.QuickThrowOnFailure(Prop.ForAll(orders.ToArbitrary(), given =>
        {
            var whole = CallLinks.Resolve(given.Facts, new Dictionary<string, string>()).Calls;
            var known = CallLinks.Resolve(given.Shuffled[..given.Cut], new Dictionary<string, string>()).Calls.ToDictionary();
            var second = CallLinks.Resolve(given.Shuffled[given.Cut..], Touched(known, given.Shuffled[given.Cut..]));
            foreach (var (key, call) in known.ToList())
            {
                known[key] = second.Replaced.GetValueOrDefault(call, call);
            }

            foreach (var (key, call) in second.Calls)
            {
                known[key] = call;
            }

            known.ShouldBe(whole, ignoreOrder: true);
        }));
    }

    // As the database answers: only the keys of the batch.
    private static Dictionary<string, string> Touched(Dictionary<string, string> known, string[][] facts)
        => known.Where(alias => facts.Any(fact => fact.Contains(alias.Key))).ToDictionary();
}
