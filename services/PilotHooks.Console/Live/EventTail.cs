namespace PilotHooks.Console.Live;

/// <summary>
/// Tells which events of the archive's newest page are new. They are known by id, not by time, since one may be
/// archived after another that was received later.
/// </summary>
internal sealed class EventTail
{
    public const int PageSize = 100;
    private const int Remembered = 20 * PageSize;
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(30);

    private readonly HashSet<Guid> _seen = [];
    private readonly Queue<Guid> _order = [];
    private bool _started;
    private DateTimeOffset _readWholeAt;

    /// <summary>From where the next page is to be read; null, every so often, for whatever is newest, however long ago it was received.</summary>
    public DateTimeOffset? SinceOf(DateTimeOffset now, TimeSpan wholeEvery)
    {
        if (now - _readWholeAt < wholeEvery)
        {
            return now - Overlap;
        }

        _readWholeAt = now;
        return null;
    }

    /// <summary>
    /// The new ones, newest first. The first page only tells where to start. A full page of nothing but new events means
    /// that there were more of them: <paramref name="missed"/>.
    /// </summary>
    public IReadOnlyList<LiveEvent> Advance(IReadOnlyList<LiveEvent> page, out bool missed)
    {
        var news = page.Where(item => _seen.Add(item.EventId)).ToList();
        foreach (var item in news)
        {
            _order.Enqueue(item.EventId);
        }

        while (_order.Count > Remembered)
        {
            _seen.Remove(_order.Dequeue());
        }

        var first = !_started;
        _started = true;
        missed = !first && news.Count == PageSize;
        return first ? [] : news;
    }
}
