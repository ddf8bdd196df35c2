using System.Text;
using PilotHooks.Relay.Formats;

namespace PilotHooks.Relay.Tests.Formats;

public sealed class DepthTests
{
    [Theory]
    [InlineData("platform", 500)]
    [InlineData("platform", 100_000)]
    [InlineData("pilot-status", 100_000)]
    [InlineData("slack", 100_000)]
    [InlineData("teams", 100_000)]
    public void Event_nested_however_deep_is_rendered(string format, int depth)
    {
        var body = Encoding.UTF8.GetBytes($$"""{ "event": "x", "data": { "x": {{new string('[', depth)}}{{new string(']', depth)}} } }""");

        var rendered = WebhookFormats.Render(format, new RelayedEvent(Guid.NewGuid(), "x", null, DateTimeOffset.UtcNow, body));

        rendered.Length.ShouldBeGreaterThanOrEqualTo(depth * 2);
    }
}
