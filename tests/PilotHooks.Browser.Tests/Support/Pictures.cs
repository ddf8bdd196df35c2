using PilotHooks.TestSupport;

namespace PilotHooks.Browser.Tests.Support;

/// <summary>Where the pictures of the screens go: <c>artifacts/screenshots</c>.</summary>
internal static class Pictures
{
    private static readonly string Folder = Directory.CreateDirectory(Repository.PathOf("artifacts", "screenshots")).FullName;

    public static string PathOf(string name) => Path.Combine(Folder, $"{name}.png");
}
