using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Messaging.Forms;

/// <summary>What customers submitted through forms, newest first.</summary>
internal static class FormEndpoints
{
    public static void MapFormRoutes(this RouteGroupBuilder api)
    {
        var forms = api.MapGroup("").WithTags("Forms");
        forms.MapGet("/forms", ListAsync).WithName("listForms");
        forms.MapGet("/forms.csv", ExportAsync).WithName("exportForms")
            .Produces<string>(StatusCodes.Status200OK, "text/csv").ProducesProblems(429);
        forms.MapGet("/forms/{eventId:guid}", FindAsync).WithName("getForm").ProducesProblems(404);
    }

    /// <summary>Lists what customers submitted through forms, newest first.</summary>
    private static async Task<Ok<Page<FormView>>> ListAsync(
        string? numberId, TimeRange times, Caller caller, PageQuery page, FormQueries queries, CancellationToken cancellationToken)
        => TypedResults.Ok(await queries.ListAsync(new FormFilter(caller.Narrow(numberId), times), page, cancellationToken));

    /// <summary>Exports all submissions of the filter as CSV.</summary>
    /// <remarks>The file is as RFC 4180 says, in UTF-8 with its byte order mark.</remarks>
    /// <param name="delimiter">A comma, or a semicolon, which spreadsheets expect where the comma is in decimals.</param>
    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> ExportAsync(
        string? numberId, string? delimiter, TimeRange times, Caller caller, ExportPool exports, HttpContext context)
    {
        if (delimiter is not (null or "" or "," or ";"))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "delimiter is a comma or a semicolon (%3B).");
        }

        var filter = new FormFilter(caller.Narrow(numberId), times);
        if (await exports.TryBeginAsync(context.RequestAborted) is not { } export)
        {
            return Problems.WithRetryAfter(
                context.Response, StatusCodes.Status429TooManyRequests, ExportPool.RetryAfter, "As many exports as there may be at a time are under way; try again after the time in Retry-After.");
        }

        // Also where the caller is gone before the stream begins.
        context.Response.RegisterForDisposeAsync(export);
        return TypedResults.Stream(
            async output =>
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, export.Deadline);
                await FormExport.WriteAsync(export, filter, delimiter is ";" ? ';' : ',', output, either.Token);
            },
            "text/csv; charset=utf-8; header=present",
            "forms.csv");
    }

    /// <summary>Reads one submission.</summary>
    /// <param name="eventId">The id of the event that brought it.</param>
    private static async Task<Results<Ok<FormView>, ProblemHttpResult>> FindAsync(Guid eventId, Caller caller, FormQueries queries, CancellationToken cancellationToken)
        => await queries.FindAsync(eventId, cancellationToken) is { } form && caller.Sees(form.NumberId)
            ? TypedResults.Ok(form)
            : Problems.Of(StatusCodes.Status404NotFound, "No submission with this event id is known.");
}
