using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using PilotHooks.Contracts;
using PilotHooks.Messaging.Conversations;
using PilotHooks.Messaging.Data;
using PilotHooks.Messaging.Messages;
using PilotHooks.Messaging.Search;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Contacts;
using PilotHooks.ServiceDefaults.Data;
using PilotHooks.TestSupport;

namespace PilotHooks.Messaging.Tests.Data;

/// <summary>A database of its own with the service's merge on it, twice, as two replicas have it.</summary>
internal sealed class MergeDatabase : IAsyncDisposable
{
    private static readonly PageQuery Page = new(200, null);

    private readonly NpgsqlDataSource[] _sources;
    private readonly MessageMerge[] _replicas;
    private readonly MessageQueries _messages;
    private readonly ConversationQueries _conversations;

    private MergeDatabase(NpgsqlDataSource[] sources)
    {
        _sources = sources;
        var meters = new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>();
        var options = Options.Create(new MessagingOptions());
        _replicas = [.. sources.Select(source => new MessageMerge(source, Erased(source), new MessagingMetrics(meters), options))];
        // Not started, so there is no index.
        var index = new TextIndex(sources[0], options, TimeProvider.System, NullLogger<TextIndex>.Instance);
        _messages = new MessageQueries(sources[0], new TextSearch(index), options);
        _conversations = new ConversationQueries(sources[0]);
    }

    public NpgsqlDataSource Source => _sources[0];

    public static async Task<MergeDatabase> CreateAsync()
    {
        // Registers how Dapper reads our rows.
        Microsoft.AspNetCore.Builder.WebApplication.CreateSlimBuilder().AddDatabase("messaging");
        var server = new NpgsqlConnectionStringBuilder((await TestServers.PostgresAsync()).ConnectionString);
        var name = $"merge_{Guid.NewGuid():N}";
        await using (var admin = NpgsqlDataSource.Create(server))
        {
            await ExecuteAsync(admin, $"CREATE DATABASE {name}");
        }

        server.Database = name;
        server.Options = "-c jit=off";
        var database = new MergeDatabase([NpgsqlDataSource.Create(server), NpgsqlDataSource.Create(server)]);
        var assembly = typeof(MessageMerge).Assembly;
        foreach (var migration in assembly.GetManifestResourceNames().Where(file => file.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(migration)!);
            await ExecuteAsync(database.Source, await reader.ReadToEndAsync());
        }

        return database;
    }

    private static ErasedContacts Erased(NpgsqlDataSource source) => new(source, Options.Create(new ErasureOptions()), NullLogger<ErasedContacts>.Instance);

    public Task ClearAsync() => ExecuteAsync(Source, "TRUNCATE messages, message_revisions, pending_sends, conversations, processed_events");

    /// <summary>Merges a batch on one of the replicas.</summary>
    public async Task MergeAsync(int replica, IReadOnlyList<object> batch)
    {
        await _replicas[replica].MergeStatusesAsync([.. batch.OfType<MessageStatusReported>()], CancellationToken.None);
        await _replicas[replica].MergeReceivedAsync([.. batch.OfType<MessageReceived>()], CancellationToken.None);
        foreach (var send in batch.OfType<MessageChange>())
        {
            await _replicas[replica].MergeSendAsync(send, CancellationToken.None);
        }
    }

    /// <summary>Everything that GET answers: the lists, each message by each of its names, the conversations.</summary>
    public async Task<string> ReadAsync()
    {
        var list = await _messages.ListAsync(new MessageFilter(null, null, null, null, null, null), Page, oldestFirst: false, CancellationToken.None);
        var answers = new JsonObject { ["messages"] = Json(list), ["conversations"] = Json(await _conversations.ListAsync(new ConversationFilter(null, null, null), Page, CancellationToken.None)) };
        foreach (var name in list.Items.SelectMany(item => new[] { item.Id, item.MessageId, item.CorrelationId }).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            answers[$"find {name}"] = Json(await _messages.FindAsync(name, null, CancellationToken.None));
        }

        foreach (var status in new[] { "queued", "sent", "delivered", "read", "failed", "received" })
        {
            answers[$"status {status}"] = Json(await _messages.ListAsync(new MessageFilter(null, null, null, status, null, null), Page, oldestFirst: false, CancellationToken.None));
        }

        return answers.ToJsonString(new JsonSerializerOptions(ApiJson.Options) { WriteIndented = true });
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources)
        {
            await source.DisposeAsync();
        }
    }

    private static JsonNode? Json<T>(T value) => JsonSerializer.SerializeToNode(value, ApiJson.Options);

    private static async Task ExecuteAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
