using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using PilotHooks.Contracts;
using PilotHooks.ServiceDefaults.Contacts;
using PilotHooks.TestSupport;

namespace PilotHooks.ServiceDefaults.Tests.Contacts;

public sealed class ErasedContactsTests : IAsyncLifetime
{
    private const string Key = "a key of the installation";
    private static readonly ContactId Ana = ContactId.Parse("+5511987654321")!;
    private static readonly DateTimeOffset Erased = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private NpgsqlDataSource _database = null!;

    public async Task InitializeAsync()
    {
        var server = new NpgsqlConnectionStringBuilder((await TestServers.PostgresAsync()).ConnectionString);
        var name = $"erased_{Guid.NewGuid():N}";
        await using (var admin = NpgsqlDataSource.Create(server))
        {
            await admin.CreateCommand($"CREATE DATABASE {name}").ExecuteNonQueryAsync();
        }

        server.Database = name;
        _database = NpgsqlDataSource.Create(server);
        await _database.CreateCommand(await File.ReadAllTextAsync(Migration())).ExecuteNonQueryAsync();
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Events_of_before_the_erasure_are_left_out_and_all_others_stay()
    {
        var contacts = Make();
        await contacts.NoteAsync(Ana, Erased, CancellationToken.None);

        var kept = await MergeAsync(
            contacts,
            Event("old", "5511987654321", Erased.AddSeconds(-1)),
            Event("new", "5511987654321", Erased.AddSeconds(1)),
            Event("other", "+5511987654322", Erased.AddSeconds(-1)));

        kept.ShouldBe(["new", "other"]);
    }

    [Fact]
    public async Task Merge_under_an_older_state_is_refused_and_begins_anew_with_the_latest()
    {
        var (first, second) = (Make(), Make());
        await MergeAsync(first, Event("before", "+5511987654321", Erased.AddSeconds(-1)));
        await second.NoteAsync(Ana, Erased, CancellationToken.None);

        (await MergeAsync(first, Event("after", "+5511987654321", Erased.AddSeconds(-1)))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Erasure_waits_for_the_merges_under_way()
    {
        var contacts = Make();
        var (inside, leave) = (new TaskCompletionSource(), new TaskCompletionSource());
        var merge = contacts.MergeAsync([Event("old", "+5511987654321", Erased.AddSeconds(-1))], async (_, state) =>
        {
            await using var connection = await _database.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await using var batch = new NpgsqlBatch(connection, transaction) { BatchCommands = { ErasedContacts.Check(state) } };
            await batch.ExecuteNonQueryAsync();
            inside.SetResult();
            await leave.Task;
            await transaction.CommitAsync();
        }, CancellationToken.None);
        await inside.Task;

        var noted = Make().NoteAsync(Ana, Erased, CancellationToken.None);
        await Eventually.GetAsync(async () => (long)(await _database.CreateCommand("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())").ExecuteScalarAsync())!, waiting => waiting == 1);

        noted.IsCompleted.ShouldBeFalse();
        leave.SetResult();
        await Task.WhenAll(merge, noted);
    }

    [Fact]
    public async Task Whoever_was_erased_is_known_after_the_key_is_replaced_and_after_there_is_one()
    {
        var bruno = ContactId.Parse("+5511987654399")!;
        await Make(key: null).NoteAsync(Ana, Erased, CancellationToken.None);
        await Make(Key).NoteAsync(bruno, Erased, CancellationToken.None);

        var kept = await MergeAsync(
            Make($"another key of the installation, {Key}"), Event("ana", "+5511987654321", Erased.AddSeconds(-1)), Event("bruno", "+5511987654399", Erased.AddSeconds(-1)));

        kept.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nobodys_number_lies_in_the_database()
    {
        await Make().NoteAsync(Ana, Erased, CancellationToken.None);

        var row = (string)(await _database.CreateCommand("SELECT c::text || s::text FROM erased_contacts c, erasure_state s").ExecuteScalarAsync())!;
        row.ShouldNotContain("87654321");
        row.ShouldNotContain(Convert.ToHexStringLower(Encoding.UTF8.GetBytes("87654321")));
    }

    private ErasedContacts Make(string? key = Key)
        => new(_database, Options.Create(new ErasureOptions { Key = key }), NullLogger<ErasedContacts>.Instance);

    private async Task<List<string>> MergeAsync(ErasedContacts contacts, params MessageReceived[] events)
    {
        var merged = new List<string>();
        await contacts.MergeAsync(
            events,
            async (kept, state) =>
            {
                await using var connection = await _database.OpenConnectionAsync();
                await using var batch = new NpgsqlBatch(connection) { BatchCommands = { ErasedContacts.Check(state) } };
                await batch.ExecuteNonQueryAsync();
                merged.AddRange(kept.Select(message => message.Event));
            },
            CancellationToken.None);
        return merged;
    }

    private static MessageReceived Event(string name, string from, DateTimeOffset at)
        => new(Guid.NewGuid(), name, "whatsapp", null, at, at, Encoding.UTF8.GetBytes($$"""{"data":{"from":"{{from}}"} }"""));

    private static string Migration() => Repository.PathOf("services", "PilotHooks.Messaging", "Data", "Migrations", "V030__erased_contacts.sql");
}
