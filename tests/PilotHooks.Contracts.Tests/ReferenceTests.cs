using System.Xml.Linq;
using PilotHooks.TestSupport;

namespace PilotHooks.Contracts.Tests;

/// <summary>Services stay apart: they share contracts and defaults, and nothing else of ours.</summary>
public sealed class ReferenceTests
{
    private static readonly string[] Shared = ["PilotHooks.Contracts", "PilotHooks.ServiceDefaults"];

    public static TheoryData<string> Projects => [.. Directory
        .EnumerateFiles(Repository.PathOf("services"), "*.csproj", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Repository.Root, path))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Service_references_contracts_and_defaults_only(string project)
    {
        var references = References(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));

        references.Except(project.Contains("PilotHooks.Contracts", StringComparison.Ordinal) ? [] : Shared).ShouldBeEmpty();
    }

    [Fact]
    public void Contracts_have_no_packages()
        => References("services/PilotHooks.Contracts/PilotHooks.Contracts.csproj", "PackageReference", "FrameworkReference").ShouldBeEmpty();

    [Fact]
    public void Every_service_is_looked_at() => Projects.Count.ShouldBeGreaterThanOrEqualTo(7);

    private static IEnumerable<string> References(string project, params string[] kinds)
        => XDocument.Load(Repository.PathOf(project)).Descendants().Where(item => kinds.Contains(item.Name.LocalName)).Select(item => item.Attribute("Include")!.Value);
}
