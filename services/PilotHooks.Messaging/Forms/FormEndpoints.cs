using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Messaging.Forms;

/// <summary>What customers submitted through forms, newest first.</summary>
internal static class FormEndpoints
{
    public static void MapFormRoutes(this RouteGroupBuilder api) => api.MapGroup("/forms").WithTags("Forms").MapGet("/", ListAsync);

    private static async Task<Ok<Page<FormView>>> ListAsync(
        string? numberId, Caller caller, PageQuery page, FormQueries queries, CancellationToken cancellationToken)
        => TypedResults.Ok(await queries.ListAsync(caller.Narrow(numberId), page, cancellationToken));
}
