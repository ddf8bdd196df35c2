namespace PilotHooks.Browser.Tests.Support;

/// <summary>Who looks at a page, and by which browser.</summary>
public sealed record Viewer
{
    /// <summary>The narrowest screen that the pages are made for.</summary>
    public const int NarrowWidth = 375;

    public static readonly Viewer Stranger = new() { IsSignedIn = false };

    public int Width { get; init; } = 1280;

    public int Height { get; init; } = 900;

    public bool IsDark { get; init; }

    public string Language { get; init; } = "en-US";

    /// <summary>Not UTC, so that a time in the wrong zone shows.</summary>
    public string Zone { get; init; } = "America/Sao_Paulo";

    public bool HasScript { get; init; } = true;

    public bool IsSignedIn { get; init; } = true;

    /// <summary>A part of the errors in the browser's console that belong to what the test does.</summary>
    public string? Expects { get; init; }
}
