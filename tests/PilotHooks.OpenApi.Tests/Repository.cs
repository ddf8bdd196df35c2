namespace PilotHooks.OpenApi.Tests;

/// <summary>The files that the tests compare with.</summary>
internal static class Repository
{
    private static readonly string Root = Find();

    public static string PathOf(string path) => Path.Combine(Root, path);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "PilotHooks.sln")))
        {
            folder = folder.Parent;
        }

        return folder.FullName;
    }
}
