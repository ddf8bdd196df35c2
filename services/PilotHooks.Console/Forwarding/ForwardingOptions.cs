using System.ComponentModel.DataAnnotations;

namespace PilotHooks.Console.Forwarding;

/// <summary>Limits of forwarded calls.</summary>
internal sealed class ForwardingOptions
{
    public const string Section = "Forwarding";
    public const long DefaultMaxBodyBytes = 16 * 1024 * 1024;

    /// <summary>How long a replica may take to accept a connection before the next one is tried.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long nothing may move, in either direction, before the call is given up.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Largest body of a call, in bytes; above the 3 MB of a webhook because a send may carry media.</summary>
    [Range(1, int.MaxValue)]
    public long MaxBodyBytes { get; init; } = DefaultMaxBodyBytes;
}

/// <summary>Where the services behind the console are, in the names that Aspire gives its references.</summary>
internal sealed class UpstreamOptions
{
    public const string Section = "services";

    public ServiceAddresses Messaging { get; init; } = new();

    public ServiceAddresses Numbers { get; init; } = new();

    public ServiceAddresses Calls { get; init; } = new();

    public ServiceAddresses Relay { get; init; } = new();

    public static bool AreUsable(UpstreamOptions options)
        => new[] { options.Messaging, options.Numbers, options.Calls, options.Relay }.All(service =>
            service.Http.Length > 0 && service.Http.All(address => address.IsAbsoluteUri && address.Scheme is "http" or "https"));

    /// <summary>The addresses of a service's replicas.</summary>
    internal sealed class ServiceAddresses
    {
        public Uri[] Http { get; init; } = [];
    }
}
