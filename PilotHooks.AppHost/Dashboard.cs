using Microsoft.Extensions.Configuration;

namespace PilotHooks.AppHost;

/// <summary>Aspire's own dashboard, which shows the traces.</summary>
internal static class Dashboard
{
    /// <summary>Null where the run has none; where it has one, Aspire has made the token that opens it by now.</summary>
    public static string? Url(IConfiguration configuration)
        => configuration["AppHost:BrowserToken"] is null ? null : configuration["ASPNETCORE_URLS"]?.Split(';')[0];
}
