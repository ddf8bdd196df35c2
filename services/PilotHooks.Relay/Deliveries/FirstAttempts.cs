using PilotHooks.Relay.Archive;

namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// Deliveries of one archived batch whose first attempts are made before their rows are written. A row is the dearest part
/// of a delivery, and most succeed at once: those are written a single time, with their outcome. Who is still waiting for an
/// answer when the time for that is over gets a row with this replica's lease, and an outcome like any other. Deliveries of the
/// same events that nobody needs to attempt at once are written along with them.
/// </summary>
internal sealed class FirstAttempts
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;
    private int _open;
    private bool _isClosed;

    /// <param name="id">Of the row of <c>first_attempts</c> that promises these deliveries.</param>
    /// <param name="taken">The deliveries that are to be attempted.</param>
    /// <param name="deferred">Others that are promised with them.</param>
    public FirstAttempts(Guid id, IReadOnlyCollection<PlannedDelivery> taken, IReadOnlyCollection<PlannedDelivery> deferred)
    {
        Id = id;
        Taken = [.. taken.Select(delivery => Make(delivery, isLeft: false))];
        Deferred = [.. deferred.Select(delivery => Make(delivery, isLeft: true))];
        _waiting = _open = Taken.Count;
    }

    public Guid Id { get; }

    /// <summary>What is attempted.</summary>
    public IReadOnlyList<ClaimedDelivery> Taken { get; }

    /// <summary>What is not, and gets its rows with the others.</summary>
    public IReadOnlyList<ClaimedDelivery> Deferred { get; }

    /// <summary>All that gets a row.</summary>
    public IEnumerable<ClaimedDelivery> Deliveries => Taken.Concat(Deferred);

    /// <summary>Completes when no attempt waits for its turn any more.</summary>
    public Task Begun => _begun.Task;

    /// <summary>Completes when every attempt has ended or was not made.</summary>
    public Task Ended => _ended.Task;

    /// <summary>
    /// Completes when there is nothing more to write: before, no outcome can be recorded. That the promise was gone by then does
    /// not mean that there are no rows: this replica wrote them and never heard of it, or another one made them.
    /// </summary>
    public Task Written => _written.Task;

    /// <summary>Notes that one attempt has its turn.</summary>
    public void Begin()
    {
        if (Interlocked.Decrement(ref _waiting) == 0)
        {
            _begun.SetResult();
        }
    }

    /// <summary>
    /// Takes the result of an attempt; returns whether it will be written with the row. If not, it is to be recorded once the
    /// rows are <see cref="Written"/>: a failure, which decides about more than its row, and whatever ends late.
    /// </summary>
    public bool Record(ClaimedDelivery delivery, AttemptResult result)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return false;
            }

            EndOne();
            delivery.FirstResult = result.Succeeded ? result : null;
            return result.Succeeded;
        }
    }

    /// <summary>Gives up an attempt that was not begun; returns whether the row will be without a lease.</summary>
    public bool Leave(ClaimedDelivery delivery)
    {
        Begin();
        lock (_lock)
        {
            if (_isClosed)
            {
                return false;
            }

            EndOne();
            delivery.IsLeft = true;
            return true;
        }
    }

    /// <summary>From now on the rows are as they are.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
        }
    }

    public void End() => _written.TrySetResult();

    private void EndOne()
    {
        if (--_open == 0)
        {
            _ended.SetResult();
        }
    }

    private ClaimedDelivery Make(PlannedDelivery planned, bool isLeft)
    {
        var (item, endpoint, id) = (planned.Item, planned.Endpoint, planned.Id);
        return new ClaimedDelivery
        {
            Id = id,
            // There is one first attempt of a delivery, so its name will do.
            Lease = id,
            EndpointId = endpoint.Id,
            Target = endpoint.Target,
            EventId = item.Event.EventId,
            Event = item.Event.Event,
            Size = item.Event.Payload.Length,
            NumberId = item.Event.NumberId,
            OccurredAt = item.Event.OccurredAt,
            ReceivedAt = item.Event.ReceivedAt,
            TraceParent = item.TraceParent,
            Payload = item.Event.Payload,
            First = this,
            IsLeft = isLeft,
        };
    }
}
