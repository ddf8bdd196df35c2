using Npgsql;
using PilotHooks.Console.DeadLetters;
using PilotHooks.Console.Tests.Support;

namespace PilotHooks.Console.Tests.DeadLetters;

[Collection(ConsoleCollection.Name)]
public sealed class DeadLetterFilterTests(ConsoleFixture fixture)
{
    [Theory]
    [InlineData(null, null, "a number", "dead_letters_numbers")]
    [InlineData("a queue", null, null, "dead_letters_queues")]
    [InlineData(null, "a name", null, "dead_letters_names")]
    public async Task What_is_filtered_is_found_by_an_index_and_not_by_walking_all(string? queue, string? name, string? number, string index)
    {
        await using var database = await fixture.OpenDatabaseAsync();
        await using var connection = await database.OpenConnectionAsync();
        // Seen by nobody else.
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(
            """
            INSERT INTO dead_letters (id, delivery_key, queue, event, number_id, failed_at, payload, properties, headers)
            SELECT gen_random_uuid(), uuid_send(gen_random_uuid()), 'queue ' || n % 500, 'event ' || n % 500, 'number ' || n % 500, now() - n * interval '1 second', '', '{}', '{}'
            FROM generate_series(1, 20000) n
            """);
        await ExecuteAsync("ANALYZE dead_letters");
        await using var explain = new NpgsqlCommand(
            $"EXPLAIN SELECT id FROM dead_letters WHERE replayed_at IS NULL{new DeadLetterFilter(queue, name, number).Sql.Replace("@Queue", "'queue 7'").Replace("@Event", "'event 7'").Replace("@NumberId", "'number 7'")} ORDER BY failed_at DESC, id DESC LIMIT 51",
            connection, transaction);
        await using var reader = await explain.ExecuteReaderAsync();
        var plan = "";
        while (await reader.ReadAsync())
        {
            plan += reader.GetString(0) + "\n";
        }

        plan.ShouldContain(index);

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync();
        }
    }
}
