using System.Globalization;
using MassTransit;

namespace PilotHooks.ServiceDefaults.Bus;

/// <summary>
/// Makes a dead letter of a message that was delivered again and again because its consumer was gone before it was done.
/// RabbitMQ 4 drops one when it has come back twenty times, by a lost connection, a closed channel or a requeue alike,
/// where no policy says otherwise; also from queues of before, whose arguments nobody can change. It never gets that far.
/// </summary>
public sealed class DeliveryLimit : IFilter<ConsumeContext>
{
    /// <summary>Below the broker's 20 by so many that a consumer which dies at once still gets some tries to set it aside.</summary>
    public const int Deliveries = 12;

    /// <summary>How often a quorum queue has taken the message back; there from the second delivery on.</summary>
    public const string Header = "x-delivery-count";

    /// <inheritdoc />
    public Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
        => IsReached(context.ReceiveContext.TransportHeaders.TryGetHeader(Header, out var count) ? count : null)
            ? throw new DeliveredTooOftenException()
            : next.Send(context);

    /// <summary>Whether this value of the <see cref="Header"/> is at the limit.</summary>
    public static bool IsReached(object? count)
        => count is byte or short or int or long && Convert.ToInt64(count, CultureInfo.InvariantCulture) >= Deliveries;

    /// <inheritdoc />
    public void Probe(ProbeContext context) => context.CreateFilterScope("delivery-limit");
}

/// <summary>Why such a message is a dead letter.</summary>
public sealed class DeliveredTooOftenException()
    : Exception($"It was delivered {DeliveryLimit.Deliveries} times, and each time its consumer was gone before it was done.");
