using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using PilotHooks.ServiceDefaults.Data;
using PilotHooks.TestSupport;

namespace PilotHooks.ServiceDefaults.Tests.Data;

public sealed class RetentionLoopTests : IAsyncLifetime
{
    private static readonly RetentionRule[] Rules =
    [
        new("old", "DELETE FROM aging WHERE ctid = ANY(ARRAY(SELECT ctid FROM aging WHERE note = @Old LIMIT @Batch))"),
        new("older", "DELETE FROM aging WHERE ctid = ANY(ARRAY(SELECT ctid FROM aging WHERE note = @Older LIMIT @Batch))"),
    ];

    private readonly ConcurrentQueue<(string What, int Rows)> _erased = new();
    private TestServer _server = null!;
    private NpgsqlDataSource _database = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServers.StartPostgresAsync();
        _database = NpgsqlDataSource.Create(_server.ConnectionString);
        await ExecuteAsync("CREATE TABLE aging (note text NOT NULL)");
    }

    public async Task DisposeAsync()
    {
        await _database.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Rules_are_repeated_in_turn_while_they_find_a_whole_batch_and_what_comes_after_them_is_not()
    {
        await ExecuteAsync("INSERT INTO aging SELECT 'old' FROM generate_series(1, 5)");
        await ExecuteAsync("INSERT INTO aging SELECT 'older' FROM generate_series(1, 6)");

        await using var app = await StartAsync(TimeSpan.FromDays(1), "INSERT INTO aging VALUES ('after')");

        await Eventually.GetAsync(() => ReadAsync("SELECT string_agg(note, ',') FROM aging"), notes => notes is "after");
        _erased.ShouldBe([("old", 2), ("old", 2), ("old", 1), ("older", 2), ("older", 2), ("older", 2), ("older", 0)]);
    }

    [Fact]
    public async Task Loop_goes_on_when_the_database_was_away()
    {
        await using var app = await StartAsync(TimeSpan.FromMilliseconds(100));
        await Eventually.GetAsync(() => Task.FromResult(_erased.Count), count => count >= 2);

        await _server.KillAsync();
        await _server.StartAsync();
        _erased.Clear();

        await Eventually.GetAsync(() => Task.FromResult(_erased.Count), count => count >= 2);
    }

    private async Task<WebApplication> StartAsync(TimeSpan interval, params string[] afterwards)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["ConnectionStrings:own"] = _server.ConnectionString;
        builder.AddServiceDefaults("test");
        builder.AddDatabase("own");
        builder.AddRetention(_ => new RetentionPlan(Rules, new { Old = "old", Older = "older" }, interval, 2, (what, rows) => _erased.Enqueue((what, rows))) { Afterwards = afterwards });
        var app = builder.Build();
        await app.StartAsync();
        return app;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<object?> ReadAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
