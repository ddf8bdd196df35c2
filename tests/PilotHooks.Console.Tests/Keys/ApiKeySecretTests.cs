using PilotHooks.Console.Keys;

namespace PilotHooks.Console.Tests.Keys;

public sealed class ApiKeySecretTests
{
    [Fact]
    public void Made_keys_are_told_from_anything_else()
    {
        var keys = Enumerable.Range(0, 1000).Select(_ => ApiKeySecret.Create()).ToList();

        keys.Distinct().Count().ShouldBe(keys.Count);
        keys.ShouldAllBe(key => ApiKeySecret.LooksLikeOne(key));
        foreach (var other in new[] { "", "ps_", keys[0] + "A", keys[0][..^1], keys[0].Replace("ps_", "pk_", StringComparison.Ordinal), keys[0][..^1] + " " })
        {
            ApiKeySecret.LooksLikeOne(other).ShouldBeFalse(other);
        }
    }
}
