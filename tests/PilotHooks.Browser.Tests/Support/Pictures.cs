namespace PilotHooks.Browser.Tests.Support;

/// <summary>Where the pictures of the screens go: <c>artifacts/screenshots</c>.</summary>
internal static class Pictures
{
    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(Root(), "artifacts", "screenshots")).FullName;

    public static string PathOf(string name) => Path.Combine(Folder, $"{name}.png");

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "PilotHooks.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
