using PilotHooks.Console.Components.Api;
using PilotHooks.Console.Components.Messages;

namespace PilotHooks.Console.Tests.Components.Messages;

public sealed class OutgoingTests
{
    private static readonly Outgoing Message = new("key", "Hello", "num", "+5511999999999", "direct");

    [Fact]
    public void Same_form_with_the_same_text_is_the_same_send()
    {
        (Message with { }).IdempotencyKey.ShouldBe(Message.IdempotencyKey);
        (Message with { Text = "Hello!" }).IdempotencyKey.ShouldNotBe(Message.IdempotencyKey);
        (Message with { Destination = "+5511999999998" }).IdempotencyKey.ShouldNotBe(Message.IdempotencyKey);
        (Message with { Key = "other" }).IdempotencyKey.ShouldNotBe(Message.IdempotencyKey);
    }

    [Theory]
    [InlineData(0, null, true)]
    [InlineData(409, "send_in_progress", true)]
    [InlineData(409, "send_unresolved", false)]
    [InlineData(502, "outcome_unknown", false)]
    [InlineData(502, "provider_unreachable", false)]
    [InlineData(400, null, false)]
    [InlineData(422, "META_OUTSIDE_24H_WINDOW", false)]
    public void Key_is_kept_only_while_the_send_may_be_under_way(int status, string? code, bool isKept)
        => (Message.KeyAfter(new ApiProblem(status, "…", Code: code)) == Message.Key).ShouldBe(isKept);
}
