using System.Net;
using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>Gives every endpoint the port under which others reach it.</summary>
internal static class Ports
{
    // Nobody listens on them yet, and nobody else may be given one.
    private static readonly HashSet<int> Fixed = [];

    public static void Allocate(IEnumerable<IResource> resources)
    {
        var endpoints = resources.SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => (Resource: resource, Endpoint: endpoint))).ToList();
        foreach (var (resource, endpoint) in endpoints.Where(one => one.Endpoint.Port is not null))
        {
            Fixed.Add(endpoint.Port!.Value);
            endpoint.AllocatedPort = IsFree(endpoint.Port!.Value)
                ? endpoint.Port
                : throw new DistributedApplicationException($"Port {endpoint.Port}, wanted by '{resource.Name}', is taken by another process.");
        }

        var others = endpoints.Where(one => one.Endpoint.Port is null).Select(one => one.Endpoint).ToList();
        foreach (var (endpoint, port) in others.Zip(Free(others.Count)))
        {
            endpoint.AllocatedPort = port;
        }
    }

    /// <summary>Free ports, all different.</summary>
    public static int[] Free(int count)
    {
        var listeners = Enumerable.Range(0, count + Fixed.Count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        try
        {
            return [.. listeners.ConvertAll(listener =>
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }).Where(port => !Fixed.Contains(port)).Take(count)];
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
