using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using PilotHooks.Console.Forwarding;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Journeys;

/// <summary>
/// <c>GET /v1/events/{eventId}</c>: the relay's answer with the steps of the other services. The only answer that the
/// console composes of several; whatever else the relay says is passed on as it is.
/// </summary>
internal static class JourneyEndpoints
{
    public static void MapJourneys(this WebApplication app) => app.MapApi().MapGet("/events/{eventId}", GetAsync);

    private static async Task<IResult> GetAsync(
        HttpContext context, Caller caller, UpstreamClient client, Upstreams services, JourneyReader journeys, IOptions<ForwardingOptions> options, TimeProvider time, CancellationToken cancellationToken)
    {
        if (ForwardedPath.Of(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget) is not { } target)
        {
            return Problems.Of(StatusCodes.Status404NotFound, "There is nothing at this path.");
        }

        using var timeout = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var answer = await client.GetAsync(services.Relay, target, caller.NumberId, either.Token);
            var body = await answer.Content.ReadAsByteArrayAsync(either.Token);
            ForwardedHeaders.CopyResponse(answer, context.Response.Headers);
            context.Response.ContentLength = null;
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                using var archived = Journey.Parse(body);
                var found = archived.RootElement;
                var steps = await journeys.ReadAsync(
                    found.GetProperty("eventId").GetGuid(), found.GetProperty("kind").GetString()!, found.GetProperty("receivedAt").GetDateTimeOffset(), cancellationToken);
                body = Journey.Compose(found, steps);
            }

            context.Response.StatusCode = (int)answer.StatusCode;
            return Results.Bytes(body, answer.Content.Headers.ContentType?.ToString());
        }
        catch (HttpRequestException)
        {
            return Away(context, StatusCodes.Status503ServiceUnavailable, "The service relay is away.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Away(context, StatusCodes.Status504GatewayTimeout, "The service relay did not answer in time.");
        }
    }

    private static IResult Away(HttpContext context, int status, string detail)
    {
        context.Response.Headers.RetryAfter = "2";
        return Problems.Of(status, detail);
    }
}
