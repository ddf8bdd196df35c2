using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.Simulator.Business;

namespace PilotHooks.Simulator.Delivery;

/// <summary><c>GET /</c>: what the simulator has been doing.</summary>
internal static class StatusEndpoint
{
    public static void MapStatus(this WebApplication app) => app.MapGet("/", Read);

    private static Ok<Status> Read(DeliveryCounts counts, Schedule schedule, Dispatcher dispatcher, World world)
        => TypedResults.Ok(new Status(
            world.Seed, counts.Sent, counts.Accepted, counts.Duplicates, counts.Failures, counts.GivenUp,
            schedule.Waiting + dispatcher.Waiting, counts.AcceptedByEvent));

    /// <param name="Sent">Deliveries begun; an event sent twice counts twice.</param>
    /// <param name="Failures">Attempts that failed; most are repeated until they succeed.</param>
    /// <param name="GivenUp">Deliveries that the ingress refused for good.</param>
    /// <param name="Waiting">Events that are still to be sent.</param>
    private sealed record Status(
        int Seed, long Sent, long Accepted, long Duplicates, long Failures, long GivenUp, int Waiting, IReadOnlyDictionary<string, long> AcceptedByEvent);
}
