using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Npgsql;

namespace PilotHooks.ServiceDefaults.Tracing;

/// <summary>
/// Names the span of a statement by what it does: the table and <c>select</c>, <c>insert</c>, <c>update</c>, <c>delete</c>, or
/// <c>merge</c> for an insert that updates what is there. Of several statements, and of one with several parts, the first
/// merge counts, else the first insert, the first that changes anything, the first that reads.
/// </summary>
internal static partial class SqlSpanNames
{
    /// <summary>Where merges note that they have seen an event: never what a statement is for.</summary>
    private const string Bookkeeping = "processed_events";

    private enum Rank
    {
        None,
        Read,
        Note,
        Change,
        Insert,
        Merge,
    }

    /// <summary>By the text itself, as an object: our statements are constants, and those composed anew go with their text.</summary>
    private static readonly ConditionalWeakTable<string, Named> Known = [];

    public static void Configure(NpgsqlTracingOptionsBuilder tracing) => tracing
        .ConfigureCommandSpanNameProvider(command => Known.GetValue(command.CommandText, Read).Name)
        .ConfigureBatchSpanNameProvider(NameOf)
        .EnableFirstResponseEvent(false);

    internal static string NameOf(string sql) => Known.GetValue(sql, Read).Name;

    private static string NameOf(NpgsqlBatch batch)
    {
        Named? best = null;
        foreach (var command in batch.BatchCommands)
        {
            var named = Known.GetValue(command.CommandText, Read);
            best = best is null || named.Rank > best.Rank ? named : best;
        }

        return best?.Name ?? "batch";
    }

    private static Named Read(string sql)
    {
        var own = Defined().Matches(sql).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var best = new Named(Rank.None, sql.AsSpan().TrimStart() is var text && text.IndexOfAny(" \n\r\t;(") is > 0 and var end ? text[..end].ToString().ToLowerInvariant() : "statement");
        foreach (Match match in Parts().Matches(sql))
        {
            var (verb, table) = (match.Groups["verb"].Value, match.Groups["table"].Value.Trim('"'));
            if (own.Contains(table))
            {
                continue;
            }

            var part = char.ToUpperInvariant(verb[0]) switch
            {
                'I' when IsMerge(sql, match.Index) => new Named(Rank.Merge, $"{table} merge"),
                'I' => new Named(table == Bookkeeping ? Rank.Note : Rank.Insert, $"{table} insert"),
                'U' => new Named(Rank.Change, $"{table} update"),
                'D' => new Named(Rank.Change, $"{table} delete"),
                _ => new Named(Rank.Read, $"{table} select"),
            };
            best = part.Rank > best.Rank ? part : best;
        }

        return best;
    }

    /// <summary>Whether the insert that begins here updates what it finds: the next thing written after it is its own.</summary>
    private static bool IsMerge(string sql, int insert)
    {
        var conflict = Updates().Match(sql, insert + 1);
        return conflict.Success && !Inserts().Match(sql, insert + 1, conflict.Index - insert - 1).Success;
    }

    [GeneratedRegex(@"\b(?<name>\w+)(\s*\([\w\s,""]*\))?\s+AS\s+((NOT\s+)?MATERIALIZED\s+)?\(\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Defined();

    // What is followed by a parenthesis is a function or a list of columns: the latter only after INSERT INTO.
    [GeneratedRegex(@"(\b(?<verb>INSERT)\s+INTO\s+(?<table>[\w""]+))|(?<!\b(FOR|DO|NO\s+KEY)\s+)\b(?<verb>UPDATE)\s+(?<table>[\w""]+)|\b(?<verb>DELETE)\s+FROM\s+(?<table>[\w""]+)|(?<!\bDISTINCT\s+)\b(?<verb>FROM)\s+(?<table>[a-z_""][\w""]*)(?![\w""]*\s*\()", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Parts();

    [GeneratedRegex(@"\bDO\s+UPDATE\b", RegexOptions.IgnoreCase)]
    private static partial Regex Updates();

    [GeneratedRegex(@"\bINSERT\s+INTO\b", RegexOptions.IgnoreCase)]
    private static partial Regex Inserts();

    private sealed record Named(Rank Rank, string Name);
}
