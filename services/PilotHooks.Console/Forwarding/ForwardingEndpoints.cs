namespace PilotHooks.Console.Forwarding;

/// <summary>Which part of the API is answered by which service.</summary>
internal static class ForwardingEndpoints
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public static void MapForwarding(this WebApplication app)
    {
        var forwarder = app.Services.GetRequiredService<Forwarder>();
        var services = app.Services.GetRequiredService<Upstreams>();

        var api = app.MapGroup("/v1");
        Forward("/messages/{**rest}", services.Messaging);
        Forward("/conversations/{**rest}", services.Messaging);
        Forward("/forms/{**rest}", services.Messaging);
        Forward("/forms.csv", services.Messaging);
        Forward("/numbers/{**rest}", services.Numbers);
        Forward("/calls/{**rest}", services.Calls);
        Forward("/webhooks/{**rest}", services.Relay);
        Forward("/deliveries/{**rest}", services.Relay);
        Forward("/events/{**rest}", services.Relay);

        // Which methods a path has is the service's to say; these are all that it could.
        void Forward(string path, Upstream upstream) => api.MapMethods(path, Methods, context => forwarder.ForwardAsync(context, upstream));
    }
}
