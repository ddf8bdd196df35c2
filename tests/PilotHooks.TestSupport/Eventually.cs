using System.Diagnostics;

namespace PilotHooks.TestSupport;

/// <summary>Waits for what another process does, without sleeping longer than it takes.</summary>
public static class Eventually
{
    private static readonly TimeSpan Default = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Reads until the value is as wanted and returns it; fails with the last value after <paramref name="within"/>
    /// (60 s). A read that finds nobody listening counts as "not yet".
    /// </summary>
    public static async Task<T> GetAsync<T>(Func<Task<T>> read, Func<T, bool> until, TimeSpan? within = null)
    {
        var start = Stopwatch.GetTimestamp();
        for (; ; )
        {
            object? last;
            try
            {
                var value = await read();
                if (until(value))
                {
                    return value;
                }

                last = value;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or TimeoutException or System.Data.Common.DbException)
            {
                last = exception;
            }

            if (Stopwatch.GetElapsedTime(start) > (within ?? Default))
            {
                throw new TimeoutException($"Not as wanted within {within ?? Default}. Last: {last}");
            }

            await Task.Delay(Pause);
        }
    }
}
