using System.Diagnostics;
using Microsoft.Playwright;

namespace PilotHooks.Browser.Tests.Support;

/// <summary>How long an open page takes to show what happens.</summary>
internal static class Arrival
{
    private const int Times = 5;

    /// <summary>What is promised, from just before the POST to the row in the page.</summary>
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Does it a few times, each time until <paramref name="shown"/>, a function of JavaScript, is true of the number of
    /// the time, from one. Each must show; the median of them within the second, since a busy machine may stumble once.
    /// </summary>
    public static async Task ShouldShowWithinASecondAsync(this IPage page, Func<int, Task> act, string shown, Func<int, Task>? undo = null)
    {
        var took = new List<TimeSpan>();
        for (var time = 1; time <= Times; time++)
        {
            var arrival = page.WaitForFunctionAsync(shown, time);
            var begun = Stopwatch.GetTimestamp();
            await act(time);
            await arrival;
            took.Add(Stopwatch.GetElapsedTime(begun));
            await (undo?.Invoke(time) ?? Task.CompletedTask);
        }

        took.Sort();
        took[Times / 2].ShouldBeLessThan(Promised, $"They took {string.Join(", ", took.Select(each => $"{each.TotalMilliseconds:F0} ms"))}.");
    }
}
