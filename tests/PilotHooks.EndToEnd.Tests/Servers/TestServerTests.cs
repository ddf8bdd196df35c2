using Npgsql;
using PilotHooks.TestSupport;

namespace PilotHooks.EndToEnd.Tests.Servers;

public sealed class TestServerTests
{
    [Fact]
    public async Task Database_keeps_its_port_and_data_over_a_stop_and_a_crash()
    {
        await using var server = await TestServers.StartPostgresAsync();
        await ExecuteAsync(server, "CREATE TABLE kept (id int)");

        await server.StopAsync();
        await Should.ThrowAsync<NpgsqlException>(() => ExecuteAsync(server, "SELECT 1"));
        await server.StartAsync();
        await ExecuteAsync(server, "INSERT INTO kept VALUES (1)");
        await server.KillAsync();
        await server.StartAsync();

        (await ExecuteAsync(server, "SELECT count(*) FROM kept")).ShouldBe(1L);
    }

    [Fact]
    public async Task Broker_and_redis_answer_again_after_a_stop_and_a_crash()
    {
        await using var broker = await TestServers.StartBrokerAsync();
        await using var redis = await TestServers.StartRedisAsync();

        foreach (var server in new[] { broker, redis })
        {
            await server.StopAsync();
            await server.StartAsync();
            await server.KillAsync();
            await server.StartAsync();
        }
    }

    private static async Task<object?> ExecuteAsync(TestServer server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Database=postgres;Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
