using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace PilotHooks.ServiceDefaults.Api;

/// <summary>What a service did with one event.</summary>
/// <param name="At">When it was merged.</param>
/// <param name="Detail">What it was merged into, by its public id; null where that is not kept.</param>
public sealed record MergedStep(DateTimeOffset At, string? Detail);

/// <summary>
/// A service's part of an event's way, which the console joins when somebody looks: no event carries anything for it. It
/// honours no number, because the console asks only after the archive has shown the event to its caller.
/// </summary>
public static class EventSteps
{
    /// <summary>
    /// Maps <c>/events/{id}/steps</c>, answered by <paramref name="sql"/>, which selects <c>at</c> and <c>detail</c> of the
    /// event <c>@Id</c>: no row where it is not merged.
    /// </summary>
    public static void MapEventSteps(this RouteGroupBuilder routes, string sql)
        => routes.MapGet("/events/{id:guid}/steps", (Guid id, NpgsqlDataSource database, CancellationToken cancellationToken) => ReadAsync(sql, id, database, cancellationToken));

    private static async Task<Ok<IReadOnlyList<MergedStep>>> ReadAsync(string sql, Guid id, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var steps = await connection.QueryAsync<MergedStep>(new CommandDefinition(sql, new { Id = id }, cancellationToken: cancellationToken));
        return TypedResults.Ok<IReadOnlyList<MergedStep>>(steps.AsList());
    }
}
