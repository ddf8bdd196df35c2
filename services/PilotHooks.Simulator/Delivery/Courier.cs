using System.Threading.Channels;
using PilotHooks.Simulator.Events;

namespace PilotHooks.Simulator.Delivery;

/// <summary>An event on its way to one receiver, and who wants to know how that ended.</summary>
internal sealed record Parcel(SimulatedEvent Event, Action<DeliveryOutcome>? Settled = null);

/// <summary>
/// Brings events to one receiver: a bounded queue and a few workers, each of which stays with its event until the
/// receiver has it. So memory is bounded while a receiver is away, and whoever makes events waits.
/// </summary>
internal sealed partial class Courier(
    DeliveryClient client, DeliveryPolicy policy, Func<SimulatedEvent, Uri> address, DeliveryCounts? counts, TimeProvider time, ILogger logger)
{
    private readonly Channel<Parcel> _parcels = Channel.CreateBounded<Parcel>(policy.Capacity);

    public int Waiting => _parcels.Reader.Count;

    /// <summary>Waits while the queue is full.</summary>
    public ValueTask TakeAsync(Parcel parcel, CancellationToken cancellationToken) => _parcels.Writer.WriteAsync(parcel, cancellationToken);

    /// <summary>False if the queue is full.</summary>
    public bool TryTake(Parcel parcel) => _parcels.Writer.TryWrite(parcel);

    public Task RunAsync(CancellationToken cancellationToken)
        => Task.WhenAll(Enumerable.Range(0, policy.Workers).Select(_ => Task.Run(() => WorkAsync(cancellationToken), CancellationToken.None)));

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var parcel in _parcels.Reader.ReadAllAsync(cancellationToken))
            {
                var outcome = await DeliverAsync(parcel.Event, cancellationToken);
                counts?.Settled(parcel.Event.Name, outcome);
                parcel.Settled?.Invoke(outcome);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The simulator ends, or the webhook was removed; its events end with it.
        }
    }

    private async Task<DeliveryOutcome> DeliverAsync(SimulatedEvent item, CancellationToken cancellationToken)
    {
        counts?.Begun();
        for (var attempts = 1; ; attempts++)
        {
            var (outcome, retryAfter, reason) = await client.AttemptAsync(address(item), item, cancellationToken);
            if (outcome is DeliveryOutcome.Accepted or DeliveryOutcome.Duplicate)
            {
                return outcome;
            }

            counts?.Failed();
            if (policy.GivesUp(outcome, attempts))
            {
                Log.GivenUp(logger, item.Name, attempts, reason);
                return outcome;
            }

            if (attempts == 1)
            {
                Log.Repeating(logger, item.Name, reason);
            }

            await Task.Delay(DeliveryPolicy.DelayAfter(attempts, retryAfter), time, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "{Event} was not taken and will be repeated: {Reason}")]
        public static partial void Repeating(ILogger logger, string @event, string? reason);

        [LoggerMessage(LogLevel.Warning, "{Event} was given up after {Attempts} attempts: {Reason}")]
        public static partial void GivenUp(ILogger logger, string @event, int attempts, string? reason);
    }
}
