using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace PilotHooks.ServiceDefaults.Data.Migrations;

/// <summary>
/// The version before kept what it had applied in <c>schema_migrations</c>, by names such as
/// <c>PilotHooks.Messaging.Data.Migrations.001_messages.sql</c>. That table says what need not run again, and is kept
/// filled for one version, so that a replica of the version before that starts later runs nothing twice either.
/// </summary>
internal static partial class FormerMigrations
{
    [GeneratedRegex(@"^V(?<number>[0-9]{3})(_[0-9]+)?__(?<name>.+\.sql)$")]
    private static partial Regex FileName { get; }

    /// <summary>Which of these files the version before has applied.</summary>
    public static async Task<IReadOnlySet<string>> AppliedAsync(NpgsqlConnection connection, IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand("SELECT to_regclass('schema_migrations') IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return new HashSet<string>();
        }

        var former = new List<string>();
        await using var command = new NpgsqlCommand("SELECT name FROM schema_migrations", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            former.Add(reader.GetString(0));
        }

        return files.Where(file => former.Exists(name => name.EndsWith($".{FormerName(file)}", StringComparison.Ordinal))).ToHashSet();
    }

    /// <summary>Tells the version before that these files are applied.</summary>
    public static async Task MarkAppliedAsync(NpgsqlConnection connection, string database, IReadOnlyList<string> files, CancellationToken cancellationToken)
    {
        var service = CultureInfo.InvariantCulture.TextInfo.ToTitleCase(database);
        await using var create = new NpgsqlCommand(
            "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())", connection);
        await create.ExecuteNonQueryAsync(cancellationToken);
        await using var insert = new NpgsqlCommand("INSERT INTO schema_migrations (name) SELECT unnest($1) ON CONFLICT DO NOTHING", connection)
        {
            Parameters = { new() { Value = files.Select(file => $"PilotHooks.{service}.Data.Migrations.{FormerName(file)}").ToArray() } },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string FormerName(string file)
        => FileName.Match(file) is { Success: true } match
            ? $"{match.Groups["number"].Value}_{match.Groups["name"].Value}"
            : throw new InvalidOperationException($"{file} is no name of a migration: V001__what_it_does.sql, or V001_1__... between two.");
}
