using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Calls.Calls;

/// <summary>Calls and, when asked for, their signalling.</summary>
internal static class CallEndpoints
{
    public static void MapCallRoutes(this RouteGroupBuilder api)
    {
        var calls = api.MapGroup("/calls").WithTags("Calls");
        calls.MapGet("/", ListAsync).WithName("listCalls");
        calls.MapGet("/stats", StatsAsync).WithName("getCallStats");
        // A wacid is base64: it may hold a slash, escaped or not.
        calls.MapGet("/{**key}", FindAsync).WithName("getCall").ProducesProblems(404);
    }

    /// <summary>Lists calls, newest first.</summary>
    /// <param name="status">Only calls of this status, in any case.</param>
    /// <param name="direction">Only calls of this direction, in any case.</param>
    private static async Task<Results<Ok<Page<CallView>>, ProblemHttpResult>> ListAsync(
        string? status, string? direction, string? contact, string? numberId, TimeRange times, Caller caller, PageQuery page, CallQueries queries, CancellationToken cancellationToken)
    {
        if (!TryOneOf(CallStatus.All, ref status))
        {
            return BadRequest($"status is one of {string.Join(", ", CallStatus.All)}.");
        }

        if (!TryOneOf(CallDirection.All, ref direction))
        {
            return BadRequest($"direction is one of {string.Join(", ", CallDirection.All)}.");
        }

        if (!string.IsNullOrWhiteSpace(contact) && !contact.Any(char.IsAsciiDigit))
        {
            return BadRequest("contact is a phone number, with or without +, or a user id.");
        }

        var filter = new CallFilter(status, direction, PhoneNumber.Normalise(contact), caller.Narrow(numberId), times);
        return TypedResults.Ok(await queries.ListAsync(filter, page, cancellationToken));
    }

    /// <summary>Counts calls by how they went.</summary>
    private static async Task<Ok<CallStats>> StatsAsync(
        string? numberId, TimeRange times, Caller caller, CallQueries queries, CancellationToken cancellationToken)
        => TypedResults.Ok(await queries.StatsAsync(caller.Narrow(numberId), times, cancellationToken));

    /// <summary>Reads one call.</summary>
    /// <param name="key">The call's <c>callId</c> or <c>externalCallId</c>, percent-encoded where it holds a slash.</param>
    /// <param name="includeSdp">1 adds the call's native signalling with its session descriptions.</param>
    /// <param name="includeSignalling">1 adds the call's native signalling without its session descriptions.</param>
    private static async Task<Results<Ok<CallView>, ProblemHttpResult>> FindAsync(
        string key, string? includeSdp, string? includeSignalling, Caller caller, CallQueries queries, CancellationToken cancellationToken)
    {
        if (includeSdp is not (null or "" or "0" or "1"))
        {
            return BadRequest("includeSdp is 1, or left out.");
        }

        if (includeSignalling is not (null or "" or "0" or "1"))
        {
            return BadRequest("includeSignalling is 1, or left out.");
        }

        if (await queries.FindAsync(key, cancellationToken) is not { } call || !caller.Sees(call.NumberId))
        {
            return Problems.Of(StatusCodes.Status404NotFound, "No call with this id is known.");
        }

        return TypedResults.Ok(includeSdp == "1" || includeSignalling == "1"
            ? call with { Signalling = await queries.SignallingAsync(key, withSdp: includeSdp == "1", cancellationToken) }
            : call);
    }

    private static bool TryOneOf(IReadOnlyList<string> words, ref string? word)
    {
        word = string.IsNullOrEmpty(word) ? null : word.ToUpperInvariant();
        return word is null || words.Contains(word);
    }

    private static ProblemHttpResult BadRequest(string detail) => Problems.Of(StatusCodes.Status400BadRequest, detail);
}
