using Microsoft.Extensions.Options;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Console.Overview;

/// <summary>
/// Reads the overview. The window is kept in memory and only what is new is read from the database; what services are
/// asked for is asked again after a few seconds. So many viewers cost what one does.
/// </summary>
internal sealed partial class OverviewReader(FigureStore store, SystemStateReader state, IOptions<OverviewOptions> options, TimeProvider time, ILogger<OverviewReader> logger) : IDisposable
{
    private static readonly TimeSpan AnswerFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Reports that were stored side by side may become visible in another order than their times say.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly OverviewWindow _window = new(options.Value.Resolution);
    private DateTimeOffset _storedUntil = DateTimeOffset.UnixEpoch;
    private (DateTimeOffset At, SystemState State)? _asked;
    private readonly Dictionary<int, OverviewModel> _answers = [];
    private DateTimeOffset _readAt = DateTimeOffset.UnixEpoch;

    public void Dispose() => _gate.Dispose();

    /// <summary>With at most so many points; null: with all that there are.</summary>
    public async Task<OverviewModel> ReadAsync(int? points)
    {
        var slots = (int)(OverviewOptions.Window / options.Value.Resolution);
        var perPoint = points < slots ? (slots + points.Value - 1) / points.Value : 1;
        await _gate.WaitAsync();
        try
        {
            var now = time.GetUtcNow();
            if (now - _readAt >= AnswerFor)
            {
                await Task.WhenAll(FollowAsync(now), AskAsync(now));
                _readAt = now;
                _answers.Clear();
            }

            if (!_answers.TryGetValue(perPoint, out var answer))
            {
                _answers[perPoint] = answer = OverviewBuilder.Build(_window, _asked!.Value.State, options.Value.Resolution, _readAt, perPoint);
            }

            return answer;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>While the database is away the window stays as it was.</summary>
    private async Task FollowAsync(DateTimeOffset now)
    {
        // One point more than is shown, so that the first one is whole.
        var oldest = now - OverviewOptions.Window - options.Value.Resolution - options.Value.Resolution;
        _window.Forget(oldest);
        using var timeout = new CancellationTokenSource(ReadTimeout, time);
        try
        {
            var (reports, last) = await store.ReadAsync(oldest, _storedUntil, timeout.Token);
            foreach (var report in reports)
            {
                _window.Add(report);
            }

            _storedUntil = last is { } at && at - Overlap > _storedUntil ? at - Overlap : _storedUntil;
        }
        catch (Exception exception) when (exception is OperationCanceledException || Transience.IsTransient(exception))
        {
            Log.Away(logger, exception.Message);
        }
    }

    private async Task AskAsync(DateTimeOffset now)
    {
        if (_asked is not { } asked || now - asked.At >= AskEvery)
        {
            _asked = (now, await state.ReadAsync());
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "The overview stays as it was: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}
