using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using PilotHooks.Contracts;
using PilotHooks.TestSupport;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace PilotHooks.Ingress.Tests;

/// <summary>A message as it lies in a queue.</summary>
internal sealed record QueuedMessage(string Queue, Guid EventId, byte[] Body, IReadOnlyDictionary<string, string> Headers, bool Persistent);

/// <summary>Takes everything out of all queues, as consumers that never fail would, and remembers it.</summary>
internal sealed class QueueReader : IAsyncDisposable
{
    private readonly ConcurrentQueue<QueuedMessage> _messages;
    private readonly IConnection _connection;
    private readonly string _broker;
    private volatile string? _lost;

    private QueueReader(string broker, IConnection connection, ConcurrentQueue<QueuedMessage> messages)
    {
        _broker = broker;
        _connection = connection;
        _messages = messages;
        connection.ConnectionShutdownAsync += (_, reason) =>
        {
            _lost = reason.ToString();
            return Task.CompletedTask;
        };
    }

    /// <summary>All but the ingress's own.</summary>
    public static string[] AllQueues { get; } = [.. Queues.All.Except([Queues.IngressIntake])];

    /// <summary>In the order of arrival.</summary>
    public IReadOnlyList<QueuedMessage> Messages => [.. _messages];

    public static Task<QueueReader> StartAsync(string broker)
    {
        // What a connection took before the broker closed it is in no queue any more.
        var messages = new ConcurrentQueue<QueuedMessage>();
        return Eventually.GetAsync(
            async () =>
            {
                var reader = new QueueReader(broker, await ConnectAsync(broker), messages);
                try
                {
                    foreach (var queue in AllQueues)
                    {
                        await Eventually.GetAsync(() => reader.TryConsumeAsync(queue), problem => problem is null);
                    }

                    return reader;
                }
                catch (AlreadyClosedException exception)
                {
                    // Asked for a queue in the moment in which it is made, the broker may close the whole connection.
                    await reader.DisposeAsync();
                    throw new IOException("Not yet.", exception);
                }
            },
            _ => true);
    }

    /// <summary>Connects as soon as the broker is up: its port listens before it does anything.</summary>
    public static Task<IConnection> ConnectAsync(string broker)
    {
        var factory = new ConnectionFactory { Uri = new Uri(broker), ContinuationTimeout = TimeSpan.FromSeconds(15), AutomaticRecoveryEnabled = false };
        return Eventually.GetAsync(
            async () =>
            {
                try
                {
                    var connection = await factory.CreateConnectionAsync();
                    await using var channel = await connection.CreateChannelAsync();
                    return connection;
                }
                catch (Exception exception) when (exception is RabbitMQClientException or OperationCanceledException)
                {
                    throw new IOException("Not yet.", exception);
                }
            },
            _ => true);
    }

    /// <summary>Null, or why not yet: the queue may not be declared, or its leader not elected.</summary>
    private async Task<string?> TryConsumeAsync(string queue)
    {
        // A channel of its own, so that the order within a queue is kept.
        var channel = await _connection.CreateChannelAsync();
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            foreach (var message in Read(queue, delivery.BasicProperties, delivery.Body.ToArray()))
            {
                _messages.Enqueue(message);
            }

            return Task.CompletedTask;
        };
        try
        {
            await channel.QueueDeclarePassiveAsync(queue);
            await channel.BasicConsumeAsync(queue, autoAck: true, consumer);
            return null;
        }
        catch (Exception exception) when (exception is OperationInterruptedException or OperationCanceledException)
        {
            return $"{queue}: {exception.Message}";
        }
    }

    /// <summary>Where the event lies, when it lies in as many queues as expected; the archive is one of them.</summary>
    public async Task<IReadOnlyList<QueuedMessage>> GetAsync(Guid eventId, int queues = 2)
        => await Eventually.GetAsync(() => Task.FromResult(Of(eventId)), messages => messages.Count >= queues || FailIfLost());

    /// <summary>A reader without a connection sees nothing, whatever the ingress does.</summary>
    private bool FailIfLost() => _lost is null ? false : throw new InvalidOperationException($"The reader of the queues lost its connection: {_lost}");

    /// <summary>The refused requests of a source that are on their way to the log, in their order, when there are so many.</summary>
    public Task<List<RefusedRequest>> RefusedAsync(Func<RefusedRequest, bool> which, int count) => Eventually.GetAsync(
        () => Task.FromResult(Messages.Where(message => message.Queue == Queues.RelayRefusedRequests).Select(message => Refused(message.Body)).Where(which).ToList()),
        refused => refused.Count >= count);

    /// <summary>Publishes as the relay does.</summary>
    public async Task PublishAsync(Type kind, Guid messageId, string source, byte[] body, string? numberId, DateTimeOffset receivedAt)
    {
        await using var channel = await _connection!.CreateChannelAsync();
        var properties = new BasicProperties
        {
            MessageId = messageId.ToString(),
            ContentType = "application/vnd.pilothooks.event+json",
            Persistent = true,
            Headers = new Dictionary<string, object?>
            {
                ["kind"] = kind.Name,
                ["event"] = "unknown",
                ["source"] = source,
                ["number-id"] = numberId,
                ["occurred-at"] = receivedAt.UtcTicks,
                ["received-at"] = receivedAt.UtcTicks,
            },
        };
        await channel.BasicPublishAsync($"{kind.Namespace}:{kind.Name}", "", mandatory: true, properties, body);
    }

    /// <summary>Takes one message of a queue that the reader does not consume.</summary>
    public Task<byte[]> TakeAsync(string queue) => Eventually.GetAsync(
        async () =>
        {
            // A connection of its own: asked for a queue in the moment in which it is made, the broker may close the whole one.
            await using var connection = await ConnectAsync(_broker);
            try
            {
                await using var channel = await connection.CreateChannelAsync();
                return (await channel.BasicGetAsync(queue, autoAck: true))?.Body.ToArray() ?? [];
            }
            catch (OperationInterruptedException)
            {
                // It is made with the first dead letter.
                return [];
            }
        },
        body => body.Length > 0);

    private static RefusedRequest Refused(byte[] body)
    {
        using var envelope = JsonDocument.Parse(body);
        return envelope.RootElement.GetProperty("message").Deserialize<RefusedRequest>(JsonSerializerOptions.Web)!;
    }

    public List<QueuedMessage> Of(Guid eventId) => [.. _messages.Where(message => message.EventId == eventId)];

    /// <summary>
    /// Waits until everything published before is here: an event posted now is behind it in the archive and in its queue.
    /// </summary>
    public async Task SettleAsync(HttpClient ingress)
    {
        foreach (var name in new[] { "message.sent", "message.received" })
        {
            var marker = await ingress.AcceptAsync(ProviderExamples.Message(name, id: Guid.NewGuid().ToString("N")));
            await GetAsync(marker);
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    /// <summary>The events of a message, which on a busy moment are several (EventFrames says how).</summary>
    private static IEnumerable<QueuedMessage> Read(string queue, IReadOnlyBasicProperties properties, byte[] body)
    {
        var headers = (properties.Headers ?? new Dictionary<string, object?>()).ToDictionary(
            header => header.Key, header => header.Value is byte[] text ? Encoding.UTF8.GetString(text) : $"{header.Value}");
        if (properties.ContentType != "application/vnd.pilothooks.events")
        {
            yield return new QueuedMessage(queue, Guid.Parse(properties.MessageId!), body, headers, properties.Persistent);
            yield break;
        }

        var reasons = headers.TryGetValue("unrecognized", out var list) ? new Queue<string>(list.Split(',')) : [];
        using var frames = new BinaryReader(new MemoryStream(body));
        while (frames.BaseStream.Position < body.Length)
        {
            var eventId = new Guid(frames.ReadBytes(16));
            var own = new Dictionary<string, string>
            {
                ["kind"] = headers["kind"],
                ["occurred-at"] = $"{frames.ReadInt64()}",
                ["received-at"] = $"{frames.ReadInt64()}",
            };
            if (reasons.TryDequeue(out var reason) && reason.Length > 0)
            {
                own["unrecognized"] = reason;
            }

            foreach (var name in new[] { "event", "source", "number-id", "MT-Activity-Id" })
            {
                if (frames.ReadUInt16() is var length and < ushort.MaxValue)
                {
                    own[name] = Encoding.UTF8.GetString(frames.ReadBytes(length));
                }
            }

            yield return new QueuedMessage(queue, eventId, frames.ReadBytes(frames.ReadInt32()), own, properties.Persistent);
        }
    }
}
