namespace PilotHooks.Console.Sessions;

/// <summary>Where to go after signing in: a place of this origin, whatever the address asks for.</summary>
internal static class LocalUrl
{
    public const string Home = "/";

    /// <summary>The url if it is a path of ours, else the first page.</summary>
    public static string OrHome(string? url)
        => url is ['/', ..] and not ['/', '/' or '\\', ..] && !url.Any(char.IsControl) ? url : Home;
}
