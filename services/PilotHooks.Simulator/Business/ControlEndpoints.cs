using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.Simulator.Delivery;
using PilotHooks.Simulator.Events;

namespace PilotHooks.Simulator.Business;

/// <summary><c>/simulate</c>: makes the business fall silent and go on, and takes one of its numbers down and up.</summary>
internal static class ControlEndpoints
{
    public static void MapControl(this WebApplication app)
    {
        var simulate = app.MapGroup("/simulate");
        simulate.MapPost("/stop", Stop);
        simulate.MapPost("/resume", Resume);
        simulate.MapPost("/numbers/down", TakeDown);
        simulate.MapPost("/numbers/up", TakeUp);
    }

    private static Ok<FlowState> Stop(Schedule schedule)
    {
        schedule.Stop();
        return TypedResults.Ok(FlowState.Of(schedule));
    }

    private static Ok<FlowState> Resume(Schedule schedule)
    {
        schedule.Resume();
        return TypedResults.Ok(FlowState.Of(schedule));
    }

    private static Results<Ok<NumberState>, ProblemHttpResult> TakeDown(NumberRequest body, World world, Schedule schedule, TimeProvider time)
        => Tell(body, world, schedule, "disconnected", number => NumberStories.Down(world, number, time.GetUtcNow()));

    private static Results<Ok<NumberState>, ProblemHttpResult> TakeUp(NumberRequest body, World world, Schedule schedule, TimeProvider time)
        => Tell(body, world, schedule, "connected", number => NumberStories.Up(world, number, time.GetUtcNow()));

    private static Results<Ok<NumberState>, ProblemHttpResult> Tell(
        NumberRequest body, World world, Schedule schedule, string state, Func<BusinessNumber, IReadOnlyList<Step>> story)
    {
        if (world.Numbers.FirstOrDefault(number => number.Id == body.NumberId) is not { } number)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, $"numberId is one of {string.Join(", ", world.Numbers.Select(number => number.Id))}.");
        }

        schedule.Add(world.Tell(_ => story(number)));
        return TypedResults.Ok(new NumberState(number.Id, state));
    }

    private sealed record NumberRequest(string? NumberId);

    private sealed record NumberState(string NumberId, string State);

    /// <param name="Waiting">Events that are still to be sent.</param>
    private sealed record FlowState(string State, int Waiting)
    {
        public static FlowState Of(Schedule schedule) => new(schedule.IsStopped ? "stopped" : "running", schedule.Waiting);
    }
}
