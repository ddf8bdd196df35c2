namespace PilotHooks.Console.Components;

/// <summary>Addresses beside the console's own that its pages name; each may be missing.</summary>
internal sealed class AddressOptions
{
    public const string Section = "Console";

    /// <summary>Aspire's dashboard, where one event's trace can be seen.</summary>
    public Uri? DashboardUrl { get; init; }

    /// <summary>The ingress as providers reach it.</summary>
    public Uri? IngressUrl { get; init; }

    public string? Trace(string traceId) => DashboardUrl is null ? null : $"{DashboardUrl.ToString().TrimEnd('/')}/traces/detail/{traceId}";

    public static bool AreUsable(AddressOptions options)
        => new[] { options.DashboardUrl, options.IngressUrl }.All(url => url is null || (url.IsAbsoluteUri && url.Scheme is "http" or "https"));
}
