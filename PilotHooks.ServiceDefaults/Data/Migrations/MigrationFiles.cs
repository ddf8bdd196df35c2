using System.Reflection;
using EvolveDb;
using EvolveDb.Configuration;
using EvolveDb.Dialect;
using EvolveDb.Migration;
using Npgsql;

namespace PilotHooks.ServiceDefaults.Data.Migrations;

/// <summary>
/// The SQL files of one database, <c>V001__messages.sql</c> in its service's <c>Data/Migrations</c>, embedded as
/// <c>&lt;database&gt;.V001__messages.sql</c>. The file's name alone is a migration's identity. What was applied stands in
/// the table <c>schema_history</c>, each with the checksum of its file.
/// </summary>
/// <remarks>
/// A new file takes the next free number. Numbers may have gaps, and a file may come later than one with a higher number,
/// so files of different branches meet without renaming. An applied file is never edited. A migration expands: replicas of
/// the version before still run on the new schema. A file whose first line holds <c>evolve-tx-off</c> runs outside a
/// transaction and must be a single statement (CREATE INDEX CONCURRENTLY), one that can be repeated (IF NOT EXISTS).
/// </remarks>
internal sealed class MigrationFiles(string database, Assembly assembly)
{
    public const string HistoryTable = "schema_history";

    /// <summary>Their names in the order in which they are applied to an empty database.</summary>
    public IReadOnlyList<string> Names(NpgsqlConnection connection)
        => [.. new EmbeddedResourceMigrationLoader(CreateEvolve(connection, _ => { }).Options).GetMigrations().Select(file => file.Name)];

    /// <summary>The library that applies them, over an open connection of its own.</summary>
    public Evolve CreateEvolve(NpgsqlConnection connection, Action<string> log) => new(connection, log, DBMS.PostgreSQL)
    {
        EmbeddedResourceAssemblies = [assembly],
        EmbeddedResourceFilters = [$"{database}."],
        MetadataTableName = HistoryTable,
        CommandTimeout = 0,
        OutOfOrder = true,
        IsEraseDisabled = true,
    };

    /// <summary>Marks these as applied without running them.</summary>
    public void MarkApplied(NpgsqlConnection connection, IReadOnlySet<string> names, Action<string> log)
    {
        var evolve = CreateEvolve(connection, log);
        evolve.MigrationLoader = new Some(evolve.Options, names);
        evolve.SkipNextMigrations = true;
        evolve.OutOfOrder = false;
        evolve.Migrate();
    }

    private sealed class Some(IEvolveConfiguration options, IReadOnlySet<string> names) : EmbeddedResourceMigrationLoader(options)
    {
        public override IEnumerable<MigrationScript> GetMigrations() => base.GetMigrations().Where(file => names.Contains(file.Name));
    }
}
