using Npgsql;
using PilotHooks.TestSupport;

namespace PilotHooks.Migrations.Tests.Rights;

/// <summary>Databases that were the administrator's, and services that come with roles of their own.</summary>
public sealed class DatabaseRolesTests
{
    private readonly Dictionary<string, string> _passwords = ServiceDatabases.Names.ToDictionary(name => name, _ => $"{Guid.NewGuid():N} with 'quotes' and é");

    [Fact]
    public async Task Databases_of_the_version_before_go_to_the_services_roles_and_none_opens_anothers()
    {
        var former = new Dictionary<string, FormerDatabase>();
        foreach (var name in ServiceDatabases.Names)
        {
            former[name] = await FormerDatabase.RestoreAsync(name);
        }

        var environment = await EnvironmentAsync(name => new NpgsqlConnectionStringBuilder(former[name].ConnectionString).Database!);
        // Any number of runs may overlap, and come again.
        var runs = await Task.WhenAll(MigrationRun.OfAsync(environment), MigrationRun.OfAsync(environment));
        runs.ShouldAllBe(run => run.ExitCode == 0, string.Join('\n', runs.Select(run => run.Output)));
        (await MigrationRun.OfAsync(environment)).ExitCode.ShouldBe(0);

        foreach (var name in ServiceDatabases.Names)
        {
            var own = environment[$"ConnectionStrings__{name}"]!;
            (await ReadAsync(own, "SELECT current_setting('is_superuser') || pg_has_role('pg_read_all_data', 'MEMBER')")).ShouldBe(["offfalse"]);
            (await ReadAsync(own, Foreign)).ShouldBeEmpty();
            // What was there is still there, and may be changed.
            (await ReadAsync(own, "SELECT sum(n_live) > 0 FROM (SELECT count(*) AS n_live FROM schema_history) s")).ShouldBe(["True"]);
            foreach (var other in ServiceDatabases.Names.Where(other => other != name))
            {
                var others = new NpgsqlConnectionStringBuilder(own) { Database = new NpgsqlConnectionStringBuilder(environment[$"ConnectionStrings__{other}"]).Database };
                var refused = await Should.ThrowAsync<PostgresException>(() => ReadAsync(others.ConnectionString, "SELECT 1"));
                refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, $"{name} in {other}");
            }
        }

        runs.ShouldAllBe(run => !_passwords.Values.Any(password => run.Output.Contains(password, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Database_that_is_missing_is_made_as_the_roles_and_a_new_password_replaces_the_old_one()
    {
        var environment = await EnvironmentAsync(name => $"{name}_{Guid.NewGuid():N}");
        (await MigrationRun.OfAsync(environment)).ExitCode.ShouldBe(0);
        var before = environment["ConnectionStrings__relay"]!;
        environment["ConnectionStrings__relay"] = new NpgsqlConnectionStringBuilder(before) { Password = "another" }.ConnectionString;

        (await MigrationRun.OfAsync(environment)).ExitCode.ShouldBe(0);

        (await ReadAsync(environment["ConnectionStrings__relay"]!, "SELECT count(*) FROM endpoints")).ShouldBe(["0"]);
        (await Should.ThrowAsync<PostgresException>(() => ReadAsync(before, "SELECT 1"))).SqlState.ShouldBe(PostgresErrorCodes.InvalidPassword);
    }

    [Fact]
    public async Task Service_that_comes_as_a_superuser_is_refused_and_one_that_comes_as_the_administrator_is_told_of()
    {
        var environment = await EnvironmentAsync(name => $"{name}_{Guid.NewGuid():N}");
        var super = $"super_{Guid.NewGuid():N}";
        await ReadAsync(environment["ConnectionStrings__postgres"]!, $"CREATE ROLE {super} SUPERUSER LOGIN PASSWORD 'x'");
        var (relay, calls) = (environment["ConnectionStrings__relay"]!, environment["ConnectionStrings__calls"]!);
        environment["ConnectionStrings__relay"] = new NpgsqlConnectionStringBuilder(relay) { Username = super, Password = "x" }.ConnectionString;
        environment["ConnectionStrings__calls"] = new NpgsqlConnectionStringBuilder(environment["ConnectionStrings__postgres"]) { Database = new NpgsqlConnectionStringBuilder(calls).Database }.ConnectionString;

        var run = await MigrationRun.OfAsync(environment);

        run.ExitCode.ShouldBe(1);
        run.Output.ShouldContain($"The role {super} of relay is a superuser");
        run.Output.ShouldContain("calls opens its database as the administrator");
        await ReadAsync(environment["ConnectionStrings__postgres"]!, $"DROP ROLE {super}");
    }

    private const string Foreign = """
        SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND pg_get_userbyid(c.relowner) <> current_user
        UNION ALL
        SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public' AND pg_get_userbyid(p.proowner) <> current_user
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
        UNION ALL
        SELECT datname FROM pg_database WHERE datname = current_database() AND pg_get_userbyid(datdba) <> current_user
        """;

    private async Task<Dictionary<string, string?>> EnvironmentAsync(Func<string, string> databaseOf)
    {
        var administrator = (await TestServers.PostgresAsync()).ConnectionString;
        var environment = new Dictionary<string, string?> { ["ConnectionStrings__postgres"] = new NpgsqlConnectionStringBuilder(administrator) { Database = "postgres" }.ConnectionString };
        foreach (var name in ServiceDatabases.Names)
        {
            var database = databaseOf(name);
            environment[$"ConnectionStrings__{name}"] = new NpgsqlConnectionStringBuilder(administrator)
            {
                Database = database,
                Username = $"role of {database}",
                Password = _passwords[name],
                Pooling = false,
            }.ConnectionString;
        }

        return environment;
    }

    private static async Task<string[]> ReadAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            rows.Add($"{reader.GetValue(0)}");
        }

        return [.. rows];
    }
}
