using System.Buffers;
using System.Globalization;
using System.Net;

namespace PilotHooks.Relay.Safety;

/// <summary>
/// Checks a subscriber's URL as far as its text tells. What a name resolves to is checked by
/// <see cref="GuardedConnector"/> when it is called.
/// </summary>
internal static class TargetUrl
{
    private const int MaxLength = 2048;

    /// <summary>Names that never leave a machine or a site.</summary>
    private static readonly string[] LocalSuffixes = [".localhost", ".local", ".localdomain", ".internal", ".intranet", ".lan", ".home.arpa", ".private", ".corp"];

    private static readonly SearchValues<char> Wild = SearchValues.Create(" \t\r\n\\\"<>^`{|}");

    /// <summary>Ports of other protocols that an HTTP request could be mistaken for: the "bad ports" of the Fetch standard.</summary>
    private static readonly HashSet<int> OtherProtocols =
    [
        1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110, 111, 113, 115, 117,
        119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636,
        989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
    ];

    /// <summary>Whether an HTTP request to this port could be mistaken for another protocol's.</summary>
    public static bool IsOfOtherProtocol(int port) => OtherProtocols.Contains(port);

    /// <summary>What is wrong with it, in words for the caller; null if nothing is.</summary>
    public static string? Refuse(string text, bool allowPrivate, bool requireHttps, TargetLimits? limits = null)
    {
        limits ??= TargetLimits.None;
        if (text.Length is 0 or > MaxLength)
        {
            return $"url has 1 to {MaxLength} characters.";
        }

        if (text.AsSpan().ContainsAny(Wild) || text.Any(char.IsControl) || !Uri.TryCreate(text, UriKind.Absolute, out var url)
            || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps) || url.Host.Length == 0)
        {
            return "url is an absolute http or https URL.";
        }

        if (requireHttps && url.Scheme != Uri.UriSchemeHttps)
        {
            return "url is https here.";
        }

        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
        {
            return "url has neither a user name nor a fragment.";
        }

        if (url.Port == 0 || OtherProtocols.Contains(url.Port))
        {
            return $"url's port {url.Port} belongs to another protocol.";
        }

        if (!limits.AllowsPort(url.Port))
        {
            return $"url's port {url.Port} is not allowed here; these are: {string.Join(", ", limits.Ports)}.";
        }

        // A trailing dot is the same name.
        var host = url.IdnHost.TrimEnd('.').ToLowerInvariant();
        if (!IPAddress.TryParse(host.Trim('[', ']'), out var address))
        {
            return allowPrivate ? null : RefuseName(url, host);
        }

        return (limits.Denies(address) ? "denied here" : allowPrivate ? null : AddressPolicy.Refuse(address)) is { } reason
            ? $"url's address is not a public one: {reason}."
            : null;
    }

    private static string? RefuseName(Uri url, string host)
    {

        // Digits and dots of other scripts, which resolvers may fold to those of an address.
        if (url.OriginalString.Any(character => character > 127 && (CharUnicodeInfo.GetNumericValue(character) >= 0 || character is '\u3002' or '\uFF0E' or '\uFF61')))
        {
            return "url's host has digits or dots that are not ASCII.";
        }

        // A last label of digits only, or 0x..., is an address to some resolvers and a name to none.
        var last = host[(host.LastIndexOf('.') + 1)..];
        if (last.All(char.IsAsciiDigit) || last.StartsWith("0x", StringComparison.Ordinal))
        {
            return "url's host is neither a name nor an address.";
        }

        return !host.Contains('.') || LocalSuffixes.Any(suffix => host.EndsWith(suffix, StringComparison.Ordinal))
            ? "url's host is a local name."
            : null;
    }
}
