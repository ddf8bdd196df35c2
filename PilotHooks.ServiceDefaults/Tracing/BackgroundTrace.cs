using System.Diagnostics;

namespace PilotHooks.ServiceDefaults.Tracing;

/// <summary>
/// The trace of one turn of a background job. It begins when the job has found something to do, so a turn that found nothing
/// leaves no span; from then on the job's statements and calls belong to it. Disposed at the end of the turn.
/// </summary>
/// <param name="name">What the job does, for instance <c>retention erase</c>.</param>
public sealed class BackgroundTrace(string name) : IDisposable
{
    private static readonly ActivitySource Source = new("PilotHooks.Jobs");

    private readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow;
    private Activity? _activity;
    private long _done;

    /// <summary>The W3C traceparent of the trace, once there is one.</summary>
    public string? TraceParent => _activity?.Id;

    /// <summary>Notes that the job did something to so many. To be called from the job's own method, whose flow becomes part of the trace.</summary>
    public void Did(long count)
    {
        if (count > 0)
        {
            _activity ??= Source.StartActivity(name, ActivityKind.Internal, parentContext: default, startTime: _startedAt);
            _done += count;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _activity?.SetTag("pilothooks.count", _done);
        _activity?.Dispose();
    }
}
