using System.Net;
using Microsoft.Extensions.Options;
using PilotHooks.Console.ServiceCalls;
using PilotHooks.ServiceDefaults.Api;
using Yarp.ReverseProxy.Forwarder;

namespace PilotHooks.Console.Journeys;

/// <summary>
/// <c>GET /v1/events/{eventId}</c>: the relay's answer with the steps of the other services. The only answer that the
/// console composes of several; whatever else the relay says is passed on as it is.
/// </summary>
internal static class JourneyEndpoints
{
    /// <summary>The relay describes the answer, which has the same shape there.</summary>
    public static void MapJourneys(this WebApplication app) => app.MapApi().RefuseOtherNumbers().MapGet("/events/{eventId}", GetAsync).ExcludeFromDescription();

    private static async Task<IResult> GetAsync(
        string eventId, HttpContext context, Caller caller, ServiceClient client, JourneyReader journeys, IOptions<ForwardingOptions> options, TimeProvider time,
        ILogger<JourneyReader> logger, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var answer = await client.GetAsync("relay", $"/v1/events/{Uri.EscapeDataString(eventId)}{context.Request.QueryString}", caller, either.Token);
            var body = await answer.Content.ReadAsByteArrayAsync(either.Token);
            await HttpTransformer.Empty.TransformResponseAsync(context, answer, cancellationToken);
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
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return ServiceFault.Answer(context.Response, "relay", exception, logger);
        }
    }
}
