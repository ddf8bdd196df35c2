using System.Net.Sockets;
using PilotHooks.Relay.Safety;

namespace PilotHooks.Relay.Deliveries;

/// <summary>
/// Says why an attempt failed, where its status code does not tell. The words are plain, and leave out the subscriber's URL,
/// whose path or query may be a secret.
/// </summary>
internal static class AttemptErrors
{
    public const string RefusedWithBothSecrets = "Refused when signed with the old secret, and when signed with the new one.";

    /// <summary>The same where it is resolved to an address that may not be called.</summary>
    private const string NoName = AddressRefusedException.NoPublicAddress;
    private const string Reset = "The connection was reset before an answer came.";
    private const string Unreachable = "The address cannot be reached.";

    /// <summary>What the answer's status means, where that is not plain.</summary>
    public static string? Of(int status) => status switch
    {
        301 or 302 or 303 or 307 or 308 => "Redirects are not followed.",
        304 => "Not modified is no success: only 2xx is.",
        _ => null,
    };

    /// <summary>What an exchange failed of that has no answer.</summary>
    public static string Of(Exception exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case AddressRefusedException refused:
                    return refused.Message;
                case SocketException socket:
                    return Of(socket.SocketErrorCode);
            }
        }

        return exception switch
        {
            HttpRequestException { HttpRequestError: var kind } => Of(kind),
            HttpIOException { HttpRequestError: var kind } => Of(kind),
            _ => Of(HttpRequestError.Unknown),
        };
    }

    public static string Of(HttpRequestError kind) => kind switch
    {
        HttpRequestError.NameResolutionError => NoName,
        HttpRequestError.ConnectionError => "No connection could be made.",
        HttpRequestError.SecureConnectionError => "No secure connection: the TLS handshake or the certificate failed.",
        HttpRequestError.HttpProtocolError or HttpRequestError.ExtendedConnectNotSupported => "The answer breaks the rules of HTTP.",
        HttpRequestError.VersionNegotiationError => "The server does not speak HTTP/1.1.",
        HttpRequestError.UserAuthenticationError => "The server asks for a sign-in.",
        HttpRequestError.ProxyTunnelError => "A proxy refused the connection.",
        HttpRequestError.InvalidResponse => "The answer is not valid HTTP.",
        HttpRequestError.ResponseEnded => "The connection was closed before an answer came.",
        HttpRequestError.ConfigurationLimitExceeded => $"The answer's headers are longer than {GuardedConnector.MaxHeaderKilobytes} kB.",
        _ => "The exchange broke off before an answer came.",
    };

    public static string Of(SocketError kind) => kind switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery => NoName,
        SocketError.ConnectionRefused => "The connection was refused: nothing listens on that port.",
        SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown or SocketError.Disconnecting or SocketError.NotConnected => Reset,
        SocketError.HostUnreachable or SocketError.HostDown or SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.AddressNotAvailable => Unreachable,
        SocketError.TimedOut => "The connection timed out.",
        SocketError.AccessDenied => "The network does not allow the connection.",
        SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable => "The relay has too many open connections.",
        _ => "The connection failed.",
    };
}
