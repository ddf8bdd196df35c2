using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace PilotHooks.Browser.Tests.Support;

/// <summary>What a page must not do, whatever it is for: say an error, break its content policy, or leave this machine.</summary>
internal sealed class Faults
{
    private readonly ConcurrentQueue<string> _found = new();

    public static Faults Of(IPage page, string origin, string? expected)
    {
        var faults = new Faults();
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" && !(expected is not null && message.Text.Contains(expected, StringComparison.Ordinal)))
            {
                faults._found.Enqueue($"console: {message.Text} ({message.Location})");
            }
        };
        page.PageError += (_, error) => faults._found.Enqueue($"script: {error}");
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith($"{origin}/", StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                faults._found.Enqueue($"request: {request.Url}");
            }
        };
        return faults;
    }

    public void ShouldBeNone() => _found.ShouldBeEmpty();
}
