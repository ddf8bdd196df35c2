using System.Threading.Channels;

namespace PilotHooks.Console.Live;

/// <summary>
/// One open stream, of a number's events or of all. It holds a few batches; a reader that is slower than that loses some
/// and is told so.
/// </summary>
internal sealed class LiveWatcher
{
    private const int Waiting = 8;

    private readonly string? _numberId;
    private readonly Channel<IReadOnlyList<LiveEvent>> _batches;
    private int _missed;

    public LiveWatcher(string? numberId)
    {
        _numberId = numberId;
        _batches = Channel.CreateBounded<IReadOnlyList<LiveEvent>>(
            new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropOldest }, _ => Miss());
    }

    public ChannelReader<IReadOnlyList<LiveEvent>> Batches => _batches.Reader;

    /// <summary>Takes of these what it may see. <paramref name="missed"/>: there were more.</summary>
    public void Tell(IReadOnlyList<LiveEvent> batch, bool missed)
    {
        if (missed)
        {
            Miss();
        }

        IReadOnlyList<LiveEvent> mine = _numberId is null ? batch : [.. batch.Where(item => item.NumberId == _numberId)];
        if (mine.Count > 0 || missed)
        {
            _batches.Writer.TryWrite(mine);
        }
    }

    /// <summary>Whether something was lost since this was last asked.</summary>
    public bool TakeMissed() => Interlocked.Exchange(ref _missed, 0) == 1;

    private void Miss() => Interlocked.Exchange(ref _missed, 1);
}
