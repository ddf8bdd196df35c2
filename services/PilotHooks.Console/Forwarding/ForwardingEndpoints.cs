using Microsoft.Extensions.Options;
using PilotHooks.Console.Keys;
using PilotHooks.Console.ServiceCalls;
using PilotHooks.ServiceDefaults.Api;
using Yarp.ReverseProxy.Forwarder;

namespace PilotHooks.Console.Forwarding;

/// <summary>Which part of the API is answered by which service.</summary>
internal static partial class ForwardingEndpoints
{
    // Which methods a path has is the service's to say; these are all that it could.
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public static void MapForwarding(this WebApplication app)
    {
        var client = new HttpMessageInvoker(app.Services.GetRequiredService<ServiceHandler>(), disposeHandler: false);
        var config = new ForwarderRequestConfig { ActivityTimeout = app.Services.GetRequiredService<IOptions<ForwardingOptions>>().Value.Timeout };

        var api = app.MapGroup("/v1");
        Forward("/messages/{**rest}", "messaging");
        Forward("/conversations/{**rest}", "messaging");
        Forward("/forms/{**rest}", "messaging");
        Forward("/forms.csv", "messaging");
        Forward("/numbers/{**rest}", "numbers");
        Forward("/calls/{**rest}", "calls");
        Forward("/webhooks/{**rest}", "relay");
        Forward("/deliveries/{**rest}", "relay");
        Forward("/events/{**rest}", "relay");
        Forward("/refused-requests/{**rest}", "relay").RequireAuthorization(Policies.TenantKey);

        RouteHandlerBuilder Forward(string path, string service)
        {
            var call = new ForwardedCall(service);
            return api.MapMethods(path, Methods, (HttpContext context, IHttpForwarder forwarder, ILogger<ForwardedCall> logger)
                => ForwardAsync(context, service, forwarder, client, config, call, logger));
        }
    }

    private static async Task ForwardAsync(
        HttpContext context, string service, IHttpForwarder forwarder, HttpMessageInvoker client, ForwarderRequestConfig config, ForwardedCall call,
        ILogger logger)
    {
        var error = await forwarder.SendAsync(context, $"http://{service}", client, config, call);
        if (error == ForwarderError.None || context.RequestAborted.IsCancellationRequested)
        {
            return;
        }

        var exception = context.GetForwarderErrorFeature()!.Exception!;
        if (context.Response.HasStarted)
        {
            Log.Failed(logger, service, context.Response.StatusCode, exception.Message);
            return;
        }

        await Answer(context.Response, service, exception, logger).ExecuteAsync(context);
    }

    /// <summary>What the caller is told when a service could not be asked.</summary>
    public static IResult Answer(HttpResponse response, string service, Exception exception, ILogger logger)
    {
        if (exception is AggregateException several && several.InnerExceptions.OfType<BadHttpRequestException>().FirstOrDefault() is { } bad)
        {
            // The caller's body could not be read: too large, or broken off.
            return Problems.Of(bad.StatusCode, bad.Message);
        }

        var (status, detail) = exception switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError }
                => (StatusCodes.Status503ServiceUnavailable, $"The service {service} is away."),
            OperationCanceledException => (StatusCodes.Status504GatewayTimeout, $"The service {service} did not answer in time."),
            _ => (StatusCodes.Status502BadGateway, $"The service {service} does not answer, or broke off its answer."),
        };
        Log.Failed(logger, service, status, exception.Message);
        return Problems.WithRetryAfter(response, status, Problems.Soon, detail);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "A call to {Service} ended in {Status}: {Reason}")]
        public static partial void Failed(ILogger logger, string service, int status, string reason);
    }
}
