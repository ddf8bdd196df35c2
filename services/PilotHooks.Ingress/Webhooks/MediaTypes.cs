using Microsoft.Net.Http.Headers;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>Which content types are JSON in UTF-8.</summary>
internal static class MediaTypes
{
    public static bool IsJson(string? contentType)
        => contentType is "application/json" or "application/json; charset=utf-8"
            || (MediaTypeHeaderValue.TryParse(contentType, out var type)
                && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
                && (!type.Charset.HasValue || IsUtf8(HeaderUtilities.RemoveQuotes(type.Charset).Trim().ToString())));

    private static bool IsUtf8(string charset)
        => charset.Length == 0 || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || charset.Equals("utf8", StringComparison.OrdinalIgnoreCase);
}
