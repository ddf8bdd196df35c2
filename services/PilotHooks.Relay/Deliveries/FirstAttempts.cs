using PilotHooks.Relay.Archive;

namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// Deliveries of one archived batch whose first attempts are made before their rows are written. Writing a row is the dearest
/// part of a delivery, and most succeed at once: those are written a single time, with their outcome.
/// </summary>
/// <remarks>
/// A delivery without an answer when the rows are written gets a row with this replica's lease, and its outcome is recorded like
/// any other. Deliveries of the same events that need no attempt at once get their rows along with these.
/// </remarks>
internal sealed class FirstAttempts
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _allStarted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _rowsWritten = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _unstarted;
    private int _unended;
    private bool _isFrozen;

    /// <param name="id">Of the row of <c>first_attempts</c> that promises these deliveries.</param>
    /// <param name="attempted">The deliveries that are attempted.</param>
    /// <param name="unattempted">Others that are promised with them.</param>
    public FirstAttempts(Guid id, IReadOnlyCollection<PlannedDelivery> attempted, IReadOnlyCollection<PlannedDelivery> unattempted)
    {
        Id = id;
        Attempted = [.. attempted.Select(delivery => FirstDelivery.Of(delivery, this, isUnleased: false))];
        Unattempted = [.. unattempted.Select(delivery => FirstDelivery.Of(delivery, this, isUnleased: true))];
        _unstarted = _unended = Attempted.Count;
    }

    public Guid Id { get; }

    public IReadOnlyList<FirstDelivery> Attempted { get; }

    /// <summary>Deliveries that are not attempted and get their rows with the others.</summary>
    public IReadOnlyList<FirstDelivery> Unattempted { get; }

    /// <summary>All deliveries that get a row.</summary>
    public IEnumerable<FirstDelivery> Deliveries => Attempted.Concat(Unattempted);

    /// <summary>Completes when no attempt waits for a slot any more.</summary>
    public Task AllStarted => _allStarted.Task;

    /// <summary>Completes when every attempt has ended or was given up.</summary>
    public Task AllEnded => _allEnded.Task;

    /// <summary>
    /// Completes when this replica has no more rows to write. If the promise was gone by then, the rows are there all the same:
    /// this replica wrote them and never heard of it, or another replica did.
    /// </summary>
    public Task RowsWritten => _rowsWritten.Task;

    /// <summary>Counts an attempt that gets its slot.</summary>
    public void CountStarted()
    {
        if (Interlocked.Decrement(ref _unstarted) == 0)
        {
            _allStarted.SetResult();
        }
    }

    /// <summary>
    /// Takes the result of an attempt; returns whether it will be written with the row. Otherwise it is to be recorded after
    /// <see cref="RowsWritten"/>: a failure, which decides about more than its row, and whatever ends late.
    /// </summary>
    public bool TryWriteWithRow(FirstDelivery delivery, AttemptResult result)
    {
        lock (_lock)
        {
            if (_isFrozen)
            {
                return false;
            }

            CountEnded();
            delivery.Success = result.Succeeded ? result : null;
            return result.Succeeded;
        }
    }

    /// <summary>Gives up an attempt that has not started; returns whether its row will be written without a lease.</summary>
    public bool TryGiveUp(FirstDelivery delivery)
    {
        CountStarted();
        lock (_lock)
        {
            if (_isFrozen)
            {
                return false;
            }

            CountEnded();
            delivery.IsUnleased = true;
            return true;
        }
    }

    /// <summary>Ends all changes to what the rows say.</summary>
    public void FreezeRows()
    {
        lock (_lock)
        {
            _isFrozen = true;
        }
    }

    public void CompleteRows() => _rowsWritten.TrySetResult();

    private void CountEnded()
    {
        if (--_unended == 0)
        {
            _allEnded.SetResult();
        }
    }
}
