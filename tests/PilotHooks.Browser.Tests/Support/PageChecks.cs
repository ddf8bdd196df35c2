using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace PilotHooks.Browser.Tests.Support;

/// <summary>What holds for every page.</summary>
internal static class PageChecks
{
    private static readonly string[] Grave = ["serious", "critical"];

    // What passes is not described node by node.
    private static readonly AxeRunOptions OnlyViolations = new() { ResultTypes = [ResultType.Violations] };

    /// <summary>No serious finding of axe.</summary>
    public static async Task ShouldBeAccessibleAsync(this IPage page)
    {
        var result = await page.RunAxe(OnlyViolations);
        result.Violations
            .Where(violation => Grave.Contains(violation.Impact))
            .Select(violation => $"{violation.Id}: {violation.Help}\n  {string.Join("\n  ", violation.Nodes.Take(5).Select(node => node.Html))}")
            .ShouldBeEmpty(page.Url);
    }

    /// <summary>Nothing is wider than the window.</summary>
    public static async Task ShouldFitAsync(this IPage page)
    {
        var tooWide = await page.EvaluateAsync<string[]>(
            """
            () => document.documentElement.scrollWidth <= window.innerWidth ? []
              : [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > window.innerWidth + 1).slice(0, 5).map(one => one.outerHTML.slice(0, 200))
            """);
        tooWide.ShouldBeEmpty(page.Url);
    }

    /// <summary>Waits until the page's modules have run: times are in the viewer's zone only then.</summary>
    public static Task ReadyAsync(this IPage page) => page.WaitForLoadStateAsync(LoadState.Load);
}
