using System.Collections.Frozen;
using System.Net.Http.Headers;
using Microsoft.Extensions.Primitives;

namespace PilotHooks.Console.Forwarding;

/// <summary>Which headers cross the console. Those of one connection (RFC 9110, 7.6.1) do not, in either direction.</summary>
internal static class ForwardedHeaders
{
    private static readonly FrozenSet<string> HopByHop = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Authentication-Info",
        "TE", "Trailer", "Transfer-Encoding", "Upgrade", "HTTP2-Settings");

    // Host is the replica's own, a waiting client is answered here, and the trace goes on from our own span, which the
    // HTTP client writes.
    private static readonly FrozenSet<string> Replaced = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Host", "Expect", "traceparent", "tracestate", "baggage", "Request-Id", "Correlation-Context");

    public static void CopyRequest(IHeaderDictionary from, HttpRequestMessage to)
    {
        var named = Named(from.Connection);
        foreach (var (name, values) in from)
        {
            if (!Stays(name, named) && !Replaced.Contains(name) && !to.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                to.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }
    }

    public static void CopyResponse(HttpResponseMessage from, IHeaderDictionary to)
    {
        var named = Named(from.Headers.NonValidated.TryGetValues("Connection", out var connection) ? new StringValues([.. connection]) : default);
        Copy(from.Headers, to, named);
        Copy(from.Content.Headers, to, named);
    }

    private static void Copy(HttpHeaders from, IHeaderDictionary to, HashSet<string> named)
    {
        foreach (var (name, values) in from.NonValidated)
        {
            if (!Stays(name, named))
            {
                to[name] = new StringValues([.. values]);
            }
        }
    }

    private static bool Stays(string name, HashSet<string> named) => HopByHop.Contains(name) || named.Contains(name);

    /// <summary>Connection may name further headers of this connection, but never ours: those were set after the caller spoke.</summary>
    private static HashSet<string> Named(StringValues connection)
        => connection.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Where(name => !name.StartsWith("x-pilothooks-", StringComparison.OrdinalIgnoreCase))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
}
