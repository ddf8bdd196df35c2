using System.Net;
using System.Net.Sockets;

namespace PilotHooks.Relay.Safety;

/// <summary>
/// A host that has no address which may be called. The message, which the subscriber's owner reads, is the same for a name
/// that nobody knows: an answer that told them apart would tell strangers which names there are inside.
/// </summary>
/// <param name="message">For the endpoint's owner.</param>
/// <param name="reason">For the operator, in the trace.</param>
internal sealed class AddressRefusedException(string message, string reason) : IOException(message)
{
    public const string NoPublicAddress = "The name could not be resolved to a public address.";

    public string Reason => reason;
}

/// <summary>
/// Opens the connections of deliveries. The decision falls here, on the very address that is connected to, so a name
/// that resolves differently than a moment ago gains nothing.
/// </summary>
internal static class GuardedConnector
{
    /// <summary>Of one address while there are others to try: a dead IPv6 route must not use up the attempt.</summary>
    private static readonly TimeSpan PerAddress = TimeSpan.FromSeconds(3);

    /// <summary>Of an answer.</summary>
    public const int MaxHeaderKilobytes = 16;

    /// <summary>Less than servers wait before they close an idle connection: two to five seconds is common. The handler looks every second.</summary>
    private static readonly TimeSpan MaxIdle = TimeSpan.FromSeconds(2);

    /// <summary>A name is resolved, and its address judged, again at least this often.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(2);

    /// <summary>The handler of all deliveries: no redirects, no proxy, no cookies, bounded answers.</summary>
    /// <param name="allowPrivate">Whether to any address.</param>
    /// <param name="reuse">Whether a connection is used for more than one request.</param>
    /// <param name="limits">What the operator takes away.</param>
    public static SocketsHttpHandler CreateHandler(bool allowPrivate, bool reuse = true, TargetLimits? limits = null) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        Credentials = null,
        PreAuthenticate = false,
        AutomaticDecompression = DecompressionMethods.None,
        MaxResponseHeadersLength = MaxHeaderKilobytes,
        // What is not read of an answer is not waited for either.
        MaxResponseDrainSize = 64 * 1024,
        ResponseDrainTimeout = TimeSpan.FromSeconds(1),
        PooledConnectionIdleTimeout = MaxIdle,
        PooledConnectionLifetime = reuse ? MaxAge : TimeSpan.Zero,
        // The attempt is a span already, and puts its own traceparent into the request.
        ActivityHeadersPropagator = null,
        ConnectCallback = (context, cancellationToken) => ConnectAsync(context.DnsEndPoint, allowPrivate, limits ?? TargetLimits.None, cancellationToken),
        PlaintextStreamFilter = (context, _) => ValueTask.FromResult(ConnectionUse.Track(context.PlaintextStream)),
    };

    private static async ValueTask<Stream> ConnectAsync(DnsEndPoint target, bool allowPrivate, TargetLimits limits, CancellationToken cancellationToken)
    {
        if (!limits.AllowsPort(target.Port))
        {
            // Of an endpoint that was made before the operator said so.
            throw new AddressRefusedException($"The port {target.Port} is not allowed here.", "port");
        }

        var addresses = IPAddress.TryParse(target.Host, out var literal) ? [literal] : await Dns.GetHostAddressesAsync(target.Host, cancellationToken);
        var allowed = Array.FindAll(addresses, address => Refuse(address) is null);
        if (allowed.Length == 0)
        {
            throw new AddressRefusedException(AddressRefusedException.NoPublicAddress, addresses.Length == 0 ? "no address" : Refuse(addresses[0])!);
        }

        for (var i = 0; ; i++)
        {
            var last = i == allowed.Length - 1;
            try
            {
                return await ConnectAsync(new IPEndPoint(allowed[i], target.Port), last ? Timeout.InfiniteTimeSpan : PerAddress, cancellationToken);
            }
            catch (Exception exception) when (!last && !cancellationToken.IsCancellationRequested && exception is SocketException or OperationCanceledException)
            {
                // The next address may answer.
            }
        }

        string? Refuse(IPAddress address) => limits.Denies(address) ? "denied network" : allowPrivate ? null : AddressPolicy.Refuse(address);
    }

    private static async Task<NetworkStream> ConnectAsync(IPEndPoint target, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(limit);
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(target, timeout.Token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
