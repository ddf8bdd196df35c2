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
        numbers.MapGet("/", ListAsync);
        numbers.MapGet("/{numberId}", FindAsync);
        numbers.MapGet("/{numberId}/history", HistoryAsync);
        numbers.MapGet("/{numberId}/uptime", UptimeAsync);
    }

    /// <summary>For the console's overview.</summary>
    public static void MapNumberCounts(this RouteGroupBuilder routes) => routes.MapGet("/numbers/counts", CountAsync);

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

    private static async Task<Results<Ok<UptimeStrip>, ProblemHttpResult>> UptimeAsync(
        string numberId, Caller caller, UptimeQuery uptime, NumberQueries queries, CancellationToken cancellationToken)
        => caller.Sees(numberId) && await queries.UptimeAsync(numberId, uptime, cancellationToken) is { } strip
            ? TypedResults.Ok(strip)
            : NotFound();

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static ProblemHttpResult BadRequest(string detail) => Problems.Of(StatusCodes.Status400BadRequest, detail);

    private static ProblemHttpResult NotFound() => Problems.Of(StatusCodes.Status404NotFound, "No number with this id is known.");
}
