using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using PilotHooks.Console.Data;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Data;
using RabbitMQ.Client.Exceptions;

namespace PilotHooks.Console.DeadLetters;

/// <summary><c>/v1/dead-letters</c>: what a consumer could not process after its retries, and putting it back.</summary>
internal static class DeadLetterEndpoints
{
    public static void MapDeadLetters(this WebApplication app)
    {
        var letters = app.MapApi().RefuseOtherNumbers().MapGroup("/dead-letters").WithTags("Dead letters");
        letters.MapGet("", ListAsync).WithName("listDeadLetters");
        letters.MapGet("/{id:guid}", FindAsync).WithName("getDeadLetter").ProducesProblems(404);
        letters.MapPost("/{id:guid}/replay", ReplayAsync).WithName("replayDeadLetter")
            .ProducesProblems(404, 409);
        letters.MapPost("/replay", ReplayAllAsync).WithName("replayDeadLetters");
        letters.MapGet("/replay", ReadReplayAsync).WithName("getDeadLetterReplay");
    }

    /// <summary>Lists what consumers could not process after their retries, newest first.</summary>
    private static async Task<Ok<Page<DeadLetterItem>>> ListAsync(
        string? queue, string? @event, string? numberId, Caller caller, PageQuery page, DeadLetterStore store, CancellationToken cancellationToken)
        => TypedResults.Ok(page.ToPage(
            await store.ListAsync(Filter(caller, queue, @event, numberId), page, cancellationToken),
            letter => CursorIds.Of(letter.FailedAt, letter.Id),
            letter => letter));

    /// <summary>Reads one dead letter with its payload.</summary>
    private static async Task<Results<Ok<DeadLetterWithPayload>, ProblemHttpResult>> FindAsync(Guid id, Caller caller, DeadLetterStore store, CancellationToken cancellationToken)
        => await store.FindAsync(id, cancellationToken) is { } found && caller.Sees(found.Item.NumberId)
            ? TypedResults.Ok(DeadLetterWithPayload.Of(found.Item, found.Payload))
            : NotFound();

    /// <summary>Puts one dead letter back into its queue.</summary>
    private static async Task<Results<Accepted<Replayed>, ProblemHttpResult>> ReplayAsync(
        Guid id, Caller caller, DeadLetterStore store, DeadLetterPublisher publisher, TimeProvider time, HttpResponse response, CancellationToken cancellationToken)
    {
        try
        {
            return await store.ReplayOneAsync(id, caller.Sees, Publish, time, cancellationToken) is { } replayedAt
                ? TypedResults.Accepted((string?)null, new Replayed(id, replayedAt))
                : NotFound();
        }
        catch (ContentGoneException)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "Its content is no longer kept, so it cannot be replayed.");
        }
        catch (NoQueueException)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "The queue that it came from does not exist. It stays a dead letter.");
        }
        catch (Exception exception) when (exception is not NpgsqlException && (exception is RabbitMQClientException || Transience.IsTransient(exception)))
        {
            return Problems.WithRetryAfter(response, StatusCodes.Status503ServiceUnavailable, Problems.Soon, "The broker did not take it. It stays a dead letter.");
        }

        async Task Publish(Replayable letter)
        {
            if (letter.Payload is null)
            {
                throw new ContentGoneException();
            }

            if ((await publisher.PublishAsync([letter], cancellationToken)).Count == 0)
            {
                throw new NoQueueException();
            }
        }
    }

    /// <summary>Puts all dead letters of a filter back into their queues.</summary>
    /// <remarks>They go back one after the other; <c>GET /v1/dead-letters/replay</c> tells how far that is.</remarks>
    private static async Task<Accepted<Queued>> ReplayAllAsync(
        string? queue, string? @event, string? numberId, Caller caller, DeadLetterStore store, DeadLetterReplayer replayer, TimeProvider time, CancellationToken cancellationToken)
    {
        var queued = await store.RequestReplayAsync(Filter(caller, queue, @event, numberId), time.GetUtcNow(), cancellationToken);
        replayer.Wake();
        return TypedResults.Accepted((string?)null, new Queued(queued));
    }

    /// <summary>Tells how far the replay of many dead letters is.</summary>
    private static async Task<Ok<ReplayProgress>> ReadReplayAsync(Caller caller, DeadLetterStore store, CancellationToken cancellationToken)
        => TypedResults.Ok(await store.ReadReplayAsync(caller.NumberId, cancellationToken));

    private static DeadLetterFilter Filter(Caller caller, string? queue, string? @event, string? numberId)
        => new(string.IsNullOrEmpty(queue) ? null : queue, string.IsNullOrEmpty(@event) ? null : @event, caller.Narrow(numberId));

    private static ProblemHttpResult NotFound() => Problems.Of(StatusCodes.Status404NotFound, "There is no dead letter with this id.");

    /// <summary>A dead letter that is back in its queue.</summary>
    /// <param name="Id">The id of the dead letter.</param>
    /// <param name="ReplayedAt">When it was put back.</param>
    private sealed record Replayed(Guid Id, DateTimeOffset ReplayedAt);

    /// <summary>How many dead letters are to be replayed.</summary>
    /// <param name="Count">How many.</param>
    private sealed record Queued([property: System.Text.Json.Serialization.JsonPropertyName("queued")] int Count);

    private sealed class NoQueueException : Exception;

    private sealed class ContentGoneException : Exception;
}
