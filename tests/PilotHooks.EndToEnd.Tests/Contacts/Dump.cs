using System.Text;
using Npgsql;

namespace PilotHooks.EndToEnd.Tests.Contacts;

/// <summary>Every row of every table of every database, to look for somebody in.</summary>
internal static class Dump
{
    private static readonly string[] Databases = ["messaging", "numbers", "calls", "relay", "console"];

    /// <summary>Where any of these texts stands, in whichever form, by table.</summary>
    public static async Task<List<string>> FindAsync(RunningSystem system, IEnumerable<string> texts)
    {
        string[] forms = [.. texts.SelectMany(Forms)];
        var found = new List<string>();
        foreach (var name in Databases)
        {
            await using var database = NpgsqlDataSource.Create(await system.Resources.ConnectionStringAsync($"{name}-db"));
            foreach (var table in await ReadAsync(database, "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"))
            {
                // Whole rows as text, in which bytes are hexadecimal digits, whatever they are compressed to on disk.
                found.AddRange((await ReadAsync(database, $"SELECT t::text FROM {table} t"))
                    .Where(row => forms.Any(form => row.Contains(form, StringComparison.OrdinalIgnoreCase)))
                    .Select(row => $"{name}.{table}: {row[..Math.Min(row.Length, 400)]}"));
            }
        }

        return found;
    }

    /// <summary>As it is, in hexadecimal digits, and in base64 at each of the three places in which it may begin.</summary>
    private static IEnumerable<string> Forms(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        yield return text;
        yield return Convert.ToHexString(bytes);
        for (var before = 0; before < 3; before++)
        {
            var base64 = Convert.ToBase64String([.. new byte[before], .. bytes]);
            yield return base64[(before == 0 ? 0 : 4)..^4];
        }
    }

    private static async Task<List<string>> ReadAsync(NpgsqlDataSource database, string sql)
    {
        var rows = new List<string>();
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}
