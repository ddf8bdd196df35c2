using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Numbers.Numbers;

/// <summary>The numbers of the business, their state, their health and how they came to it.</summary>
internal static class NumberEndpoints
{
    public static void MapNumberRoutes(this RouteGroupBuilder api)
    {
        var numbers = api.MapGroup("/numbers").WithTags("Numbers");
        numbers.MapGet("/", ListAsync);
        numbers.MapGet("/{numberId}", FindAsync);
        numbers.MapGet("/{numberId}/history", HistoryAsync);
    }

    private static async Task<Ok<Page<NumberView>>> ListAsync(
        string? numberId, Caller caller, PageQuery page, NumberQueries queries, CancellationToken cancellationToken)
        => TypedResults.Ok(await queries.ListAsync(caller.Narrow(numberId), page, cancellationToken));

    private static async Task<Results<Ok<NumberView>, ProblemHttpResult>> FindAsync(
        string numberId, Caller caller, NumberQueries queries, CancellationToken cancellationToken)
        => caller.Sees(numberId) && await queries.FindAsync(numberId, cancellationToken) is { } number
            ? TypedResults.Ok(number)
            : NotFound();

    private static async Task<Results<Ok<Page<NumberHistoryItem>>, ProblemHttpResult>> HistoryAsync(
        string numberId, Caller caller, PageQuery page, NumberQueries queries, CancellationToken cancellationToken)
        => caller.Sees(numberId) && await queries.HistoryAsync(numberId, page, cancellationToken) is { } history
            ? TypedResults.Ok(history)
            : NotFound();

    private static ProblemHttpResult NotFound() => Problems.Of(StatusCodes.Status404NotFound, "No number with this id is known.");
}
