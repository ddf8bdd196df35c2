using PilotHooks.TestSupport;
using RabbitMQ.Client;

namespace PilotHooks.Relay.Tests.Archive;

/// <summary>Looks into a queue that nobody consumes here.</summary>
internal sealed class BrokerQueue(IConnection connection, IChannel channel, string queue) : IAsyncDisposable
{
    public static async Task<BrokerQueue> OpenAsync(string queue)
    {
        var connection = await new ConnectionFactory { Uri = new Uri((await TestServers.BrokerAsync()).ConnectionString) }.CreateConnectionAsync();
        return new BrokerQueue(connection, await connection.CreateChannelAsync(), queue);
    }

    /// <summary>Takes messages until one has the wanted id.</summary>
    public Task<Guid> TakeAsync(Func<Guid, bool> until) => Eventually.GetAsync(
        async () => await channel.BasicGetAsync(queue, autoAck: true) is { } message && Guid.TryParse(message.BasicProperties.MessageId, out var id) ? id : Guid.Empty,
        until);

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await connection.DisposeAsync();
    }
}
