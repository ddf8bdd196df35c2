using Npgsql;
using PilotHooks.Console.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.DeadLetters;

/// <summary>The ages of docs/security.md: content 30 days, dead letters 90, replayed ones 30 from the replay.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class DeadLetterAgeTests(ConsoleFixture fixture)
{
    [Theory]
    [InlineData(29, null, "whole")]
    [InlineData(31, null, "without content")]
    [InlineData(89, null, "without content")]
    [InlineData(91, null, "gone")]
    [InlineData(89, 29, "without content")]
    [InlineData(29, 28, "whole")]
    [InlineData(89, 31, "gone")]
    public async Task Dead_letter_loses_its_content_and_then_goes_with_age(int daysStored, int? daysReplayed, string expected)
    {
        await using var database = await fixture.OpenDatabaseAsync();
        var id = Guid.CreateVersion7();
        await InsertAsync(database, id, daysStored, daysReplayed);
        // By the time in which this one has gone, every age was looked at.
        var last = Guid.CreateVersion7();
        await InsertAsync(database, last, 1000, null);

        await Eventually.GetAsync(() => StateAsync(database, last), state => state == "gone");
        (await Eventually.GetAsync(() => StateAsync(database, id), state => state == expected)).ShouldBe(expected);
    }

    private static async Task InsertAsync(NpgsqlDataSource database, Guid id, int daysStored, int? daysReplayed)
    {
        await using var insert = database.CreateCommand("""
            INSERT INTO dead_letters (id, delivery_key, queue, failed_at, payload, properties, headers, stored_at, replayed_at)
            VALUES ($1, uuid_send($1), 'pilothooks-test-ages', now() - make_interval(days => $2), '\x7b7d', '{}', '{"event": "x"}',
                now() - make_interval(days => $2), now() - make_interval(days => $3))
            """);
        insert.Parameters.Add(new() { Value = id });
        insert.Parameters.Add(new() { Value = daysStored });
        insert.Parameters.Add(new() { Value = (object?)daysReplayed ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer });
        await insert.ExecuteNonQueryAsync();
    }

    private static async Task<string> StateAsync(NpgsqlDataSource database, Guid id)
    {
        await using var select = database.CreateCommand("SELECT payload IS NULL AND headers = '{}' FROM dead_letters WHERE id = $1");
        select.Parameters.Add(new() { Value = id });
        return await select.ExecuteScalarAsync() switch
        {
            null => "gone",
            true => "without content",
            _ => "whole",
        };
    }
}
