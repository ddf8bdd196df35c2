namespace PilotHooks.Console.Sessions;

/// <summary>Light or dark, where the viewer chose one; else the system decides.</summary>
internal static class Theme
{
    public const string Cookie = "theme";

    public static readonly IReadOnlyList<string> All = ["light", "dark"];

    public static string? Of(HttpRequest request) => All.FirstOrDefault(theme => theme == request.Cookies[Cookie]);
}
