using System.Globalization;
using System.Net.Sockets;

namespace Aspire.Hosting.ApplicationModel;

public sealed class EndpointAnnotation(
    ProtocolType protocol,
    string? uriScheme = null,
    string? transport = null,
    string? name = null,
    int? port = null,
    int? targetPort = null,
    bool? isExternal = null,
    bool isProxied = true) : IResourceAnnotation
{
    public string UriScheme { get; set; } = uriScheme ?? protocol.ToString().ToLowerInvariant();

    public string Name { get; set; } = name ?? uriScheme ?? protocol.ToString().ToLowerInvariant();

    public string Transport { get; set; } = transport ?? "";

    public int? Port { get; set; } = port ?? (isProxied ? null : targetPort);

    public int? TargetPort { get; set; } = targetPort ?? (isProxied ? null : port);

    public bool IsExternal { get; set; } = isExternal ?? false;

    public bool IsProxied { get; set; } = isProxied;

    /// <summary>Where others reach it, from the moment the runner has chosen.</summary>
    internal int? AllocatedPort { get; set; }

    internal string AllocatedUrl => string.Create(CultureInfo.InvariantCulture, $"{UriScheme}://localhost:{AllocatedPort}");
}

public enum EndpointProperty
{
    Url,
    Host,
    IPV4Host,
    Port,
    Scheme,
    TargetPort,
    HostAndPort,
}

public sealed class EndpointReference(IResourceWithEndpoints owner, string endpointName) : IManifestExpressionProvider, IValueProvider
{
    public IResourceWithEndpoints Resource { get; } = owner;

    public string EndpointName { get; } = endpointName;

    public EndpointAnnotation EndpointAnnotation
        => Resource.Annotations.OfType<EndpointAnnotation>().SingleOrDefault(endpoint => string.Equals(endpoint.Name, EndpointName, StringComparison.OrdinalIgnoreCase))
        ?? throw new InvalidOperationException($"The endpoint `{EndpointName}` is not defined for the resource `{Resource.Name}`.");

    public string Url => Allocated().AllocatedUrl;

    string IManifestExpressionProvider.ValueExpression => Expression("url");

    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<string?>(Url);

    internal string Expression(string property) => $"{{{Resource.Name}.bindings.{EndpointName}.{property}}}";

    internal EndpointAnnotation Allocated()
        => EndpointAnnotation is { AllocatedPort: not null } endpoint
            ? endpoint
            : throw new InvalidOperationException($"The endpoint `{EndpointName}` is not allocated for the resource `{Resource.Name}`.");
}

public class EndpointReferenceExpression(EndpointReference endpointReference, EndpointProperty property) : IManifestExpressionProvider, IValueProvider
{
    public EndpointReference Endpoint { get; } = endpointReference;

    public EndpointProperty Property { get; } = property;

    public string ValueExpression => Property switch
    {
        EndpointProperty.Url => Endpoint.Expression("url"),
        EndpointProperty.Host or EndpointProperty.IPV4Host => Endpoint.Expression("host"),
        EndpointProperty.Port => Endpoint.Expression("port"),
        EndpointProperty.Scheme => Endpoint.Expression("scheme"),
        EndpointProperty.TargetPort => Endpoint.Expression("targetPort"),
        _ => $"{Endpoint.Expression("host")}:{Endpoint.Expression("port")}",
    };

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
    {
        var port = Endpoint.Allocated().AllocatedPort!.Value.ToString(CultureInfo.InvariantCulture);
        return ValueTask.FromResult<string?>(Property switch
        {
            EndpointProperty.Url => Endpoint.Url,
            EndpointProperty.Host => "localhost",
            EndpointProperty.IPV4Host => "127.0.0.1",
            EndpointProperty.Scheme => Endpoint.EndpointAnnotation.UriScheme,
            EndpointProperty.HostAndPort => $"localhost:{port}",
            EndpointProperty.TargetPort when Endpoint.EndpointAnnotation.TargetPort is { } target => target.ToString(CultureInfo.InvariantCulture),
            _ => port,
        });
    }
}
