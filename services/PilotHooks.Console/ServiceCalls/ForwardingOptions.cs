using System.ComponentModel.DataAnnotations;

namespace PilotHooks.Console.ServiceCalls;

/// <summary>Limits of forwarded calls.</summary>
internal sealed class ForwardingOptions
{
    public const string Section = "Forwarding";
    public const long DefaultMaxBodyBytes = 16 * 1024 * 1024;

    /// <summary>How long a replica may take to accept a connection before the next one is tried.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>How long an answer may take before its replica is asked, again and again, whether it is alive.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan ProbeAfter { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a replica may take to say that it is alive. With <see cref="ProbeAfter"/>, what a caller waits for one that is not.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromSeconds(2.5);

    /// <summary>How long nothing may move, in either direction, before the call is given up.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Largest body of a call, in bytes; above the 3 MB of a webhook because a send may carry media.</summary>
    [Range(1, int.MaxValue)]
    public long MaxBodyBytes { get; init; } = DefaultMaxBodyBytes;

    /// <summary>Where the services behind the console are, in the names that Aspire gives its references and service discovery reads.</summary>
    public static bool HasAddresses(IConfiguration configuration)
        => new[] { "messaging", "numbers", "calls", "relay" }.All(service
            => configuration.GetSection($"services:{service}:http").Get<Uri[]>() is { Length: > 0 } addresses
                && addresses.All(address => address.IsAbsoluteUri && address.Scheme is "http" or "https"));
}
