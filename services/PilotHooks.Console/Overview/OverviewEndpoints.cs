using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.Console.Keys;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Overview;

/// <summary><c>/v1/overview</c>: how the whole system fares. It is of all numbers, so only a tenant's key may see it.</summary>
internal static class OverviewEndpoints
{
    public static void AddOverview(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<OverviewOptions>().BindConfiguration(OverviewOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<FigureStore>();
        builder.Services.AddHostedService<FigureConsumer>();
        builder.Services.AddHostedService<QueueDepths>();
        builder.Services.AddSingleton<SystemStateReader>();
        builder.Services.AddSingleton<OverviewReader>();
    }

    public static void MapOverview(this WebApplication app) => app.MapApi().MapGet("/overview", GetAsync).RequireAuthorization(Policies.TenantKey)
        .WithTags("Overview").WithName("getOverview");

    /// <summary>Reads how the whole system fared in the last hour. Takes a key of all numbers.</summary>
    /// <param name="points">How many points a series has at most; without it all that there are.</param>
    private static async Task<Results<Ok<OverviewModel>, ProblemHttpResult>> GetAsync(OverviewReader overview, int? points = null)
        => points < 1
            ? Problems.Of(StatusCodes.Status400BadRequest, "points is 1 or more.")
            : TypedResults.Ok(await overview.ReadAsync(points));
}
