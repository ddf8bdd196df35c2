using PilotHooks.Contracts;

namespace PilotHooks.ServiceDefaults.Bus;

/// <summary>
/// The events of one kind that share a message: one when the system is idle, more the busier it is
/// (<see cref="GroupPublisher"/>). What a consumer sees of every message, whatever it holds.
/// </summary>
public interface IEventGroup<out T>
    where T : class, IWebhookEvent
{
    /// <summary>At least one.</summary>
    IReadOnlyList<T> Events { get; }

    /// <summary>The W3C traceparent of each event's own trace, in their order; null where it had none.</summary>
    IReadOnlyList<string?> TraceParents { get; }
}

internal sealed record EventGroup<T>(IReadOnlyList<T> Events, IReadOnlyList<string?> TraceParents) : IEventGroup<T>
    where T : class, IWebhookEvent;
