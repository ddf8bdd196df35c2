using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.Simulator.Delivery;

namespace PilotHooks.Simulator.Bursts;

/// <summary><c>/simulate/burst</c>: load on demand.</summary>
internal static class BurstEndpoints
{
    private const int MaxEvents = 5_000_000;
    private const int MaxRate = 100_000;
    private const double DefaultRate = 100;

    public static void MapBursts(this WebApplication app)
    {
        var bursts = app.MapGroup("/simulate/burst");
        bursts.MapPost("", Start);
        bursts.MapGet("/{id}", Find);
    }

    private static Results<Accepted<Progress>, ProblemHttpResult> Start(BurstRequest body, BurstRunner runner, Ingress ingress)
    {
        if (body.Events is not (>= 1 and <= MaxEvents) || body.Rate is not (null or (> 0 and <= MaxRate)))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, $"events is a whole number from 1 to {MaxEvents}; rate, per second, is above 0 and at most {MaxRate}.");
        }

        if (!ingress.Exists)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "There is no ingress to send to: configure Ingress:Url.");
        }

        return runner.Start(body.Events.Value, body.Rate ?? DefaultRate) is { } burst
            ? TypedResults.Accepted($"/simulate/burst/{burst.Id}", Progress.Of(burst))
            : Problems.Of(StatusCodes.Status429TooManyRequests, "Too many bursts are waiting.");
    }

    private static Results<Ok<Progress>, ProblemHttpResult> Find(string id, BurstRunner runner)
        => runner.Find(id) is { } burst ? TypedResults.Ok(Progress.Of(burst)) : Problems.Of(StatusCodes.Status404NotFound, "There is no such burst.");

    private sealed record BurstRequest(int? Events, double? Rate);

    /// <param name="Failed">Refused for good; what is only repeated is not in it.</param>
    private sealed record Progress(
        string Id, string Status, int Events, double Rate, int Sent, int Accepted, int Duplicates, int Failed, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt)
    {
        public static Progress Of(Burst burst)
        {
            var (accepted, duplicates, failed, finishedAt) = burst.Read();
            return new Progress(
                burst.Id, finishedAt is null ? "running" : "done", burst.Events, burst.Rate, burst.Sent, accepted, duplicates, failed, burst.StartedAt, finishedAt);
        }
    }
}
