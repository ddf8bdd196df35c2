using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.Contracts;
using PilotHooks.Relay.Deliveries;
using PilotHooks.Relay.Quotas;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Bus;

namespace PilotHooks.Relay.Archive;

/// <summary>
/// <c>/v1/events</c>: the archive. Its filter <c>event</c> takes a name or, before a <c>*</c>, the beginning of names, such
/// as <c>message.*</c>.
/// </summary>
internal static class EventsApi
{
    /// <summary>For the broker to take a replayed event.</summary>
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromSeconds(5);

    public static void MapEvents(this IEndpointRouteBuilder api)
    {
        var events = api.MapGroup("/events").WithTags("Events");
        events.MapGet("", ListAsync).WithName("listEvents");
        events.MapGet("/{id}", GetAsync).WithName("getEvent").ProducesProblems(404);
        events.MapPost("/{id}/replay", ReplayAsync).WithQuota(Quota.Replays).WithName("replayEvent").ProducesProblems(404, 409);
    }

    /// <summary>Lists the archive, newest first.</summary>
    /// <param name="recognized">Only events that were understood, or only the others.</param>
    private static async Task<Ok<Page<EventModel>>> ListAsync(
        Caller caller,
        PageQuery page,
        TimeRange received,
        EventStore events,
        CancellationToken cancellationToken,
        string? @event = null,
        string? source = null,
        string? numberId = null,
        bool? recognized = null)
        => TypedResults.Ok(await events.ListAsync(new EventFilter(NullIfEmpty(@event), NullIfEmpty(source), caller.Narrow(numberId), received, recognized), page, cancellationToken));

    /// <summary>Reads one event with its body and its way through every service, deliveries included.</summary>
    private static async Task<Results<Ok<EventDetailModel>, ProblemHttpResult>> GetAsync(string id, Caller caller, EventStore events, CancellationToken cancellationToken)
        => Guid.TryParse(id, out var key) && await events.FindAsync(key, caller, cancellationToken) is { } found ? TypedResults.Ok(found) : NotFound(id);

    /// <summary>Brings an event to every service again, which changes nothing where it was applied.</summary>
    /// <param name="redeliver">True delivers it to every matching endpoint anew, and not only where it never was.</param>
    private static async Task<Results<Accepted, ProblemHttpResult>> ReplayAsync(
        string id, Caller caller, EventStore events, GroupPublisher bus, WorkSignal signal, CancellationToken cancellationToken, bool redeliver = false)
    {
        if (!Guid.TryParse(id, out var key) || await events.FindMessageAsync(key, caller, cancellationToken) is not { } message)
        {
            return NotFound(id);
        }

        if (message.Payload.IsEmpty)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "The event's content is no longer kept, so it cannot be replayed.");
        }

        // To the bus first, or where it was not understood, to the ingress, which reads it again: the other services apply it again,
        // which changes nothing where they had. Then the deliveries, so that a broker that is away leaves everything as it was.
        // What is understood only now goes to every endpoint that asked for it, so a number's key does not have it read again: then
        // there is nothing for the bus, since no other service takes what is not understood.
        var isUnread = IsUnread(message);
        if ((!isUnread || caller.NumberId is null) && !await TryPublishAsync(bus, isUnread ? ToReadAgain(message) : message, cancellationToken))
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "The broker is away; try again when it is back.");
        }

        await events.RequeueAsync(message, caller, redeliver, cancellationToken);
        signal.SignalDue();
        return TypedResults.Accepted($"/v1/events/{key}");
    }

    private static bool IsUnread(IWebhookEvent message) => message is UnknownEventReceived && message.Source != OwnEvent.Source;

    private static UnreadEventReplayed ToReadAgain(IWebhookEvent message)
        => new(message.EventId, message.Event, message.Source, message.NumberId, message.OccurredAt, message.ReceivedAt, message.Payload);

    /// <summary>False if the broker does not take it in time.</summary>
    private static async Task<bool> TryPublishAsync(GroupPublisher bus, IWebhookEvent message, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(PublishTimeout);
        try
        {
            await PublishAsync(bus, message, timeout.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private static Task PublishAsync(GroupPublisher bus, IWebhookEvent message, CancellationToken cancellationToken) => message switch
    {
        MessageStatusReported typed => bus.PublishAsync(typed, cancellationToken),
        MessageReceived typed => bus.PublishAsync(typed, cancellationToken),
        FormSubmitted typed => bus.PublishAsync(typed, cancellationToken),
        NumberChanged typed => bus.PublishAsync(typed, cancellationToken),
        CallChanged typed => bus.PublishAsync(typed, cancellationToken),
        CallPermissionUpdated typed => bus.PublishAsync(typed, cancellationToken),
        CallSignalled typed => bus.PublishAsync(typed, cancellationToken),
        UnknownEventReceived typed => bus.PublishAsync(typed, cancellationToken),
        UnreadEventReplayed typed => bus.PublishAsync(typed, cancellationToken),
        _ => throw new InvalidOperationException($"{message.GetType().Name} is no event of the bus."),
    };

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static ProblemHttpResult NotFound(string id) => Problems.Of(StatusCodes.Status404NotFound, $"There is no event {id}.");
}
