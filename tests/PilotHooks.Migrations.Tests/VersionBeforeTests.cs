namespace PilotHooks.Migrations.Tests;

/// <summary>Databases and replicas of the version before, as they are met during an upgrade.</summary>
public sealed class VersionBeforeTests
{
    private const string Applied = "SELECT name FROM schema_history WHERE success AND type = 0 ORDER BY name COLLATE \"C\"";
    private const string Known = "SELECT name FROM schema_migrations ORDER BY name";

    public static TheoryData<string> Databases => [.. ServiceDatabases.Names];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Database_of_the_version_before_is_taken_over_with_its_rows(string name)
    {
        var database = await FormerDatabase.RestoreAsync(name);
        var (rows, appliedBefore) = (await database.CountRowsAsync(), await database.ReadAsync("SELECT name, applied_at FROM schema_migrations ORDER BY name"));
        rows.Values.Sum().ShouldBePositive();

        await database.MigrateAsync();

        var rowsAfter = await database.CountRowsAsync();
        rows.ShouldAllBe(table => rowsAfter[table.Key] == table.Value);
        (await database.ReadAsync(Applied)).ShouldBe(Files(name));
        appliedBefore.ShouldBeSubsetOf(await database.ReadAsync("SELECT name, applied_at FROM schema_migrations"));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Replica_of_the_version_before_goes_on_writing(string name)
    {
        var former = await FormerDatabase.RestoreAsync(name);
        await former.ExecuteAsync(TruncateAll(await former.ReadAsync("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'schema\\_%'")));
        await former.ExecuteAsync(FormerDatabase.Resource($"statements.{name}"));
        var expected = await former.CountRowsAsync();

        var present = await FormerDatabase.CreateAsync(name);
        await present.MigrateAsync();
        await present.ExecuteAsync(FormerDatabase.Resource($"statements.{name}"));

        var counts = await present.CountRowsAsync();
        expected.Values.Sum().ShouldBePositive();
        expected.ShouldAllBe(table => counts[table.Key] >= table.Value);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Replica_of_the_version_before_that_starts_late_finds_all_its_migrations_applied(string name)
    {
        var former = await FormerDatabase.RestoreAsync(name);
        var present = await FormerDatabase.CreateAsync(name);

        await present.MigrateAsync();

        (await former.ReadAsync(Known)).ShouldBeSubsetOf(await present.ReadAsync(Known));
    }

    private static string TruncateAll(IEnumerable<string> tables) => $"TRUNCATE {string.Join(", ", tables.Select(table => $"public.{table}"))}";

    private static string[] Files(string name)
        => [.. typeof(ServiceDatabases).Assembly.GetManifestResourceNames()
            .Where(file => file.StartsWith($"{name}.", StringComparison.Ordinal))
            .Select(file => file[(name.Length + 1)..])
            .Order(StringComparer.Ordinal)];
}
