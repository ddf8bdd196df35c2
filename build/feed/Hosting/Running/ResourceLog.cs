namespace Aspire.Hosting.Running;

/// <summary>Writes the lines of all resources to one console, each behind its resource's name, in its own colour on a terminal.</summary>
internal sealed class ResourceLog(IEnumerable<string> names, Action<string> write)
{
    private static readonly int[] Colours = [36, 32, 33, 35, 34, 96, 92, 93, 95, 94];

    private readonly List<string> _names = [.. names];
    private readonly bool _coloured = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null;

    public void Write(string resource, string line)
    {
        var prefix = $"[{resource}]";
        write(_coloured ? $"\e[{Colours[Math.Max(0, _names.IndexOf(resource)) % Colours.Length]}m{prefix}\e[0m {line}" : $"{prefix} {line}");
    }
}
