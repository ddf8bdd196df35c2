namespace PilotHooks.Console.Forwarding;

/// <summary>
/// The path and query to send on: the caller's own characters, so that an id with an encoded slash (a wamid is base64)
/// arrives as the one key that it is. Since the route was chosen from the decoded path, a path that decodes to another
/// place is refused.
/// </summary>
internal static class ForwardedPath
{
    /// <summary>Null if the target must not be sent on.</summary>
    public static string? Of(string rawTarget)
    {
        var target = rawTarget.StartsWith('/') ? rawTarget : OriginForm(rawTarget);
        if (target is null || target.AsSpan().ContainsAnyExceptInRange('!', '~') || target.Contains('#', StringComparison.Ordinal))
        {
            return null;
        }

        var path = target.Split('?', 2)[0];
        return path.Contains('\\', StringComparison.Ordinal) || path.Split('/').Any(IsDots) ? null : target;
    }

    private static bool IsDots(string segment) => Uri.UnescapeDataString(segment) is "." or "..";

    /// <summary>A proxy's client names the whole URL; what follows the host is the target.</summary>
    private static string? OriginForm(string target)
    {
        var host = target.IndexOf("://", StringComparison.Ordinal);
        var path = host < 0 ? -1 : target.IndexOf('/', host + 3);
        return path < 0 ? null : target[path..];
    }
}
