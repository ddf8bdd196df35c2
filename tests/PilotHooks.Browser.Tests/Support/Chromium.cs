using Microsoft.Playwright;

namespace PilotHooks.Browser.Tests.Support;

/// <summary>This machine's own Chromium: none is downloaded.</summary>
internal static class Chromium
{
    /// <summary>Names the program, where it is not at one of the usual places.</summary>
    private const string PathVariable = "PILOTHOOKS_TEST_CHROMIUM";

    private static readonly string[] UsualPaths =
    [
        // The shell first: it is Chromium without its own windows and pages, starts faster and takes less.
        "/usr/bin/chromium-headless-shell", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];

    // The first two for a root user and a machine without a screen; the others keep it from speaking to its maker.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-default-apps", "--disable-extensions", "--metrics-recording-only", "--no-pings",
    ];

    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Path(), Args = Arguments, Headless = true });

    private static string Path()
        => new[] { Environment.GetEnvironmentVariable(PathVariable) }.Concat(UsualPaths).FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException($"There is no Chromium. On Debian and Ubuntu: apt-get install chromium-headless-shell or chromium. Elsewhere name one by {PathVariable}.");
}
