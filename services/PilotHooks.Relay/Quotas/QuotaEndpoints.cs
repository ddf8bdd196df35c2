using Microsoft.Extensions.Options;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Relay.Quotas;

/// <summary>Puts routes under a quota.</summary>
internal static class QuotaEndpoints
{
    /// <summary>Answers 429 with <c>Retry-After</c> where the caller has used it up.</summary>
    public static RouteHandlerBuilder WithQuota(this RouteHandlerBuilder route, Quota quota) => route.AddEndpointFilter(async (context, next) =>
    {
        var http = context.HttpContext;
        var caller = context.Arguments.OfType<Caller>().Single();
        if (await http.RequestServices.GetRequiredService<QuotaStore>().TakeAsync(caller, quota, http.RequestAborted) is not { } wait)
        {
            return await next(context);
        }

        var perMinute = http.RequestServices.GetRequiredService<IOptions<RelayOptions>>().Value.Quotas.PerMinute(quota);
        return Problems.WithRetryAfter(
            http.Response, StatusCodes.Status429TooManyRequests, wait, $"There may be {perMinute} {quota.ToString().ToLowerInvariant()} a minute; try again after the time in Retry-After.");
    });
}
