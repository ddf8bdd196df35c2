using System.Text.RegularExpressions;
using PilotHooks.TestSupport;

namespace PilotHooks.Migrations.Tests;

public sealed partial class MigrationFilesTests
{
    private static readonly string Services = Repository.PathOf("services");

    [GeneratedRegex("^V(?<version>[0-9]{3}(_[0-9]+)?)__[a-z0-9_]+[.]sql$")]
    private static partial Regex FileName { get; }

    [Fact]
    public void Every_migration_of_every_service_is_embedded_under_the_name_of_its_database()
    {
        var files = Files().Select(file => $"{file.Database}.{Path.GetFileName(file.Path)}");

        typeof(ServiceDatabases).Assembly.GetManifestResourceNames().Order(StringComparer.Ordinal).ShouldBe(files.Order(StringComparer.Ordinal));
        Files().Select(file => file.Database).Distinct().ShouldBe(ServiceDatabases.Names, ignoreOrder: true);
    }

    [Fact]
    public void Every_migration_has_a_number_of_its_own()
        => Files().GroupBy(file => (file.Database, FileName.Match(Path.GetFileName(file.Path)).Groups["version"].Value))
            .Where(same => same.Count() > 1 || same.Key.Value.Length == 0)
            .Select(same => string.Join(" and ", same.Select(file => file.Path)))
            .ShouldBeEmpty("Take the next free number.");

    [Fact]
    public void Migration_outside_a_transaction_is_one_statement_that_can_be_repeated()
        => Files().Where(file => File.ReadLines(file.Path).First().Contains("evolve-tx-off", StringComparison.Ordinal))
            .Where(file => Statements(file.Path) is not [var statement] || !statement.Contains("EXISTS", StringComparison.OrdinalIgnoreCase))
            .Select(file => file.Path)
            .ShouldBeEmpty("Write one statement with IF NOT EXISTS or IF EXISTS in each such file.");

    private static string[] Statements(string path)
        => string.Join('\n', File.ReadLines(path).Where(line => !line.TrimStart().StartsWith("--", StringComparison.Ordinal)))
            .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<(string Database, string Path)> Files()
        => from folder in Directory.GetDirectories(Services)
           let migrations = Path.Combine(folder, "Data", "Migrations")
           where Directory.Exists(migrations)
           from file in Directory.GetFiles(migrations)
           select (Path.GetFileName(folder)["PilotHooks.".Length..].ToLowerInvariant(), file);
}
