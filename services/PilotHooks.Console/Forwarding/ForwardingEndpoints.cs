using Microsoft.Extensions.Options;

namespace PilotHooks.Console.Forwarding;

/// <summary>Which part of the API is answered by which service.</summary>
internal static class ForwardingEndpoints
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public static void MapForwarding(this WebApplication app)
    {
        var forwarder = app.Services.GetRequiredService<Forwarder>();
        var time = app.Services.GetRequiredService<TimeProvider>();
        var services = app.Services.GetRequiredService<IOptions<UpstreamOptions>>().Value;
        var messaging = new Upstream("messaging", services.Messaging.Http, time);
        var numbers = new Upstream("numbers", services.Numbers.Http, time);
        var calls = new Upstream("calls", services.Calls.Http, time);
        var relay = new Upstream("relay", services.Relay.Http, time);

        var api = app.MapGroup("/v1");
        Forward("/messages/{**rest}", messaging);
        Forward("/conversations/{**rest}", messaging);
        Forward("/forms/{**rest}", messaging);
        Forward("/numbers/{**rest}", numbers);
        Forward("/calls/{**rest}", calls);
        Forward("/webhooks/{**rest}", relay);
        Forward("/deliveries/{**rest}", relay);
        Forward("/events/{**rest}", relay);

        // Which methods a path has is the service's to say; these are all that it could.
        void Forward(string path, Upstream upstream) => api.MapMethods(path, Methods, context => forwarder.ForwardAsync(context, upstream));
    }
}
