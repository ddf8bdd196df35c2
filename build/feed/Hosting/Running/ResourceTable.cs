using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Running;

/// <summary>What runs, and where: printed once.</summary>
internal static class ResourceTable
{
    public static void Write(IEnumerable<RunningResource> resources, Action<string> write)
    {
        var rows = resources
            .Where(resource => resource.Resource is ProjectResource or ExecutableResource)
            .Select(resource => (Name: resource.DisplayName, State: resource.State, Url: string.Join("  ", resource.Urls)))
            .Prepend(("RESOURCE", "STATE", "URL"))
            .ToList();
        var name = rows.Max(row => row.Item1.Length);
        var state = rows.Max(row => row.Item2.Length);
        write("");
        foreach (var row in rows)
        {
            write($"  {row.Item1.PadRight(name)}  {row.Item2.PadRight(state)}  {row.Item3}".TrimEnd());
        }

        write("");
    }
}
