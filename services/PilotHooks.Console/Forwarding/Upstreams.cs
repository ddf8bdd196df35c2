using Microsoft.Extensions.Options;

namespace PilotHooks.Console.Forwarding;

/// <summary>The services behind the console.</summary>
internal sealed class Upstreams(IOptions<UpstreamOptions> options, TimeProvider time)
{
    public Upstream Messaging { get; } = new("messaging", options.Value.Messaging.Http, time);

    public Upstream Numbers { get; } = new("numbers", options.Value.Numbers.Http, time);

    public Upstream Calls { get; } = new("calls", options.Value.Calls.Http, time);

    public Upstream Relay { get; } = new("relay", options.Value.Relay.Http, time);

    /// <summary>The service of this name.</summary>
    public Upstream Of(string name) => new[] { Messaging, Numbers, Calls, Relay }.First(service => service.Name == name);
}
