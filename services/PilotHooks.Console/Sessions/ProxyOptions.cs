using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace PilotHooks.Console.Sessions;

/// <summary>
/// The reverse proxies before the console. Their <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed, so that
/// attempts to sign in are counted by the viewer's address and cookies are kept to https; nobody else's are.
/// </summary>
internal sealed class ProxyOptions
{
    public const string Section = "Proxies";

    /// <summary>Addresses (<c>10.0.0.7</c>) and networks (<c>10.0.0.0/8</c>); none by default, and then no such header counts.</summary>
    public string[] Trusted { get; init; } = [];

    public static bool AreUsable(ProxyOptions options)
        => options.Trusted.All(trusted => IPAddress.TryParse(trusted, out _) || IPNetwork.TryParse(trusted, out _));

    public void Apply(ForwardedHeadersOptions forwarded)
    {
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        // As many as there are, each known.
        forwarded.ForwardLimit = null;
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var trusted in Trusted)
        {
            if (IPAddress.TryParse(trusted, out var address))
            {
                forwarded.KnownProxies.Add(address);
            }
            else
            {
                forwarded.KnownIPNetworks.Add(IPNetwork.Parse(trusted));
            }
        }
    }
}
