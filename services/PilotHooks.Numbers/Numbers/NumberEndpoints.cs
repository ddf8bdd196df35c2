using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.Numbers.Changes;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Numbers.Numbers;

/// <summary>The numbers of the business, their state, their health and how they came to it.</summary>
internal static class NumberEndpoints
{
    private const string TroubleFirst = "trouble";
    private const string IncludeUptime = "uptime";

    public static void MapNumberRoutes(this RouteGroupBuilder api)
    {
        var numbers = api.MapGroup("/numbers").WithTags("Numbers");
        numbers.MapGet("/", ListAsync).WithName("listNumbers");
        numbers.MapGet("/{numberId}", FindAsync).WithName("getNumber").ProducesProblems(404);
        numbers.MapGet("/{numberId}/history", HistoryAsync).WithName("listNumberHistory").ProducesProblems(404);
        numbers.MapGet("/{numberId}/uptime", UptimeAsync).WithName("getNumberUptime").ProducesProblems(404);
    }

    /// <summary>For the console's overview.</summary>
    public static void MapNumberCounts(this RouteGroupBuilder routes) => routes.MapGet("/numbers/counts", CountAsync);

    /// <summary>Lists the numbers, the one known last first.</summary>
    /// <param name="state">Only numbers in this state.</param>
    /// <param name="health">Only numbers of this health.</param>
    /// <param name="order"><c>trouble</c> lists first what is ill or not connected.</param>
    /// <param name="include"><c>uptime</c> adds to each number its uptime over <c>hours</c>, in <c>slots</c>.</param>
    private static async Task<Results<Ok<Page<NumberView>>, ProblemHttpResult>> ListAsync(
        string? numberId, string? state, string? health, string? order, string? include, Caller caller, PageQuery page, UptimeQuery uptime, NumberQueries queries, CancellationToken cancellationToken)
    {
        if (NullIfEmpty(state) is not null && !NumberStates.All.Contains(state))
        {
            return BadRequest($"state is one of {string.Join(", ", NumberStates.All)}.");
        }

        if (NullIfEmpty(order) is not (null or TroubleFirst))
        {
            return BadRequest($"order is {TroubleFirst}, or left out.");
        }

        if (NullIfEmpty(include) is not (null or IncludeUptime))
        {
            return BadRequest($"include is {IncludeUptime}, or left out.");
        }

        var filter = new NumberFilter(caller.Narrow(numberId), NullIfEmpty(state), NullIfEmpty(health));
        return TypedResults.Ok(await queries.ListAsync(filter, order == TroubleFirst, include == IncludeUptime ? uptime : null, page, cancellationToken));
    }

    private static async Task<Ok<NumberCounts>> CountAsync(NumberQueries queries, CancellationToken cancellationToken)
        => TypedResults.Ok(await queries.CountAsync(cancellationToken));

    /// <summary>Reads one number.</summary>
    private static async Task<Results<Ok<NumberView>, ProblemHttpResult>> FindAsync(
        string numberId, Caller caller, NumberQueries queries, CancellationToken cancellationToken)
        => caller.Sees(numberId) && await queries.FindAsync(numberId, cancellationToken) is { } number
            ? TypedResults.Ok(number)
            : NotFound();

    /// <summary>Lists what happened to a number, newest first.</summary>
    private static async Task<Results<Ok<Page<NumberHistoryItem>>, ProblemHttpResult>> HistoryAsync(
        string numberId, Caller caller, PageQuery page, NumberQueries queries, CancellationToken cancellationToken)
        => caller.Sees(numberId) && await queries.HistoryAsync(numberId, page, cancellationToken) is { } history
            ? TypedResults.Ok(history)
            : NotFound();

    /// <summary>Reads how much of the last hours a number was connected.</summary>
    private static async Task<Results<Ok<UptimeStrip>, ProblemHttpResult>> UptimeAsync(
        string numberId, Caller caller, UptimeQuery uptime, NumberQueries queries, CancellationToken cancellationToken)
        => caller.Sees(numberId) && await queries.UptimeAsync(numberId, uptime, cancellationToken) is { } strip
            ? TypedResults.Ok(strip)
            : NotFound();

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static ProblemHttpResult BadRequest(string detail) => Problems.Of(StatusCodes.Status400BadRequest, detail);

    private static ProblemHttpResult NotFound() => Problems.Of(StatusCodes.Status404NotFound, "No number with this id is known.");
}
