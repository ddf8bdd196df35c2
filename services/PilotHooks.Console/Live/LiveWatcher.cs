using System.Threading.Channels;

namespace PilotHooks.Console.Live;

/// <summary>One open stream. It holds a few batches; a reader that is slower than that loses some and is told so.</summary>
internal sealed class LiveWatcher
{
    private const int Waiting = 8;

    private readonly Channel<IReadOnlyList<LiveEvent>> _batches;
    private int _missed;

    public LiveWatcher(string? cookies)
    {
        Cookies = cookies;
        _batches = Channel.CreateBounded<IReadOnlyList<LiveEvent>>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest }, _ => Miss());
    }

    /// <summary>Those of its request, with which the archive is read.</summary>
    public string? Cookies { get; }

    public ChannelReader<IReadOnlyList<LiveEvent>> Batches => _batches.Reader;

    public void Tell(IReadOnlyList<LiveEvent> batch) => _batches.Writer.TryWrite(batch);

    public void Miss() => Interlocked.Exchange(ref _missed, 1);

    /// <summary>Its session has ended.</summary>
    public void End() => _batches.Writer.TryComplete();

    /// <summary>Whether something was lost since this was last asked.</summary>
    public bool TakeMissed() => Interlocked.Exchange(ref _missed, 0) == 1;
}
