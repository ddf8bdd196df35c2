using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.Simulator.Business;
using PilotHooks.Simulator.Events;

namespace PilotHooks.Simulator.Provider;

/// <summary><c>GET /v1/numbers</c>, in the provider's shape: a bare array, phones without <c>+</c>.</summary>
internal static class NumberEndpoints
{
    public static void MapNumbers(this RouteGroupBuilder provider)
    {
        provider.MapGet("/numbers", List);
        provider.MapGet("/numbers/{id}", Find);
    }

    private static Ok<ProviderNumber[]> List(World world) => TypedResults.Ok(world.Numbers.Select(Of).ToArray());

    private static Results<Ok<ProviderNumber>, ProblemHttpResult> Find(string id, World world)
        => world.Numbers.FirstOrDefault(number => number.Id == id) is { } found
            ? TypedResults.Ok(Of(found))
            : ProviderEndpoints.Error(StatusCodes.Status404NotFound, "NUMBER_NOT_FOUND", "There is no such number.");

    private static ProviderNumber Of(BusinessNumber number)
        => new(number.Id, number.DisplayName, Call.Digits(number.Phone), number.DisplayName, "META", "OPEN", IsFullyConnected: true);

    private sealed record ProviderNumber(string Id, string InstanceName, string Number, string Name, string Provider, string State, bool IsFullyConnected);
}
