using Microsoft.Extensions.Options;
using PilotHooks.Console.Keys;
using PilotHooks.Console.ServiceCalls;
using Yarp.ReverseProxy.Forwarder;

namespace PilotHooks.Console.Forwarding;

/// <summary>Which part of the API is answered by which service.</summary>
internal static class ForwardingEndpoints
{
    // Which methods a path has is the service's to say; these are all that it could.
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public static void MapForwarding(this WebApplication app)
    {
        var client = new HttpMessageInvoker(app.Services.GetRequiredService<ServiceHandler>(), disposeHandler: false);
        var config = new ForwarderRequestConfig { ActivityTimeout = app.Services.GetRequiredService<IOptions<ForwardingOptions>>().Value.Timeout };

        // Each service describes its own part of the API.
        var api = app.MapGroup("/v1").ExcludeFromDescription();
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
            ServiceFault.Log(logger, service, context.Response.StatusCode, exception);
            return;
        }

        await ServiceFault.Answer(context.Response, service, exception, logger).ExecuteAsync(context);
    }
}
