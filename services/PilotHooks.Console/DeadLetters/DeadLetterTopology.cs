using PilotHooks.Contracts;
using RabbitMQ.Client;

namespace PilotHooks.Console.DeadLetters;

/// <summary>The queues that dead letters lie in.</summary>
internal static class DeadLetterTopology
{
    /// <summary>What a consumer failed on, and what no consumer of the queue takes.</summary>
    private static readonly string[] Suffixes = ["_error", "_skipped"];

    /// <summary>What the database will never take, each as it came. Nothing consumes it.</summary>
    public const string SetAside = "console-dead-letters-set-aside";

    /// <summary>Names the queue that a message was set aside from.</summary>
    public const string FromHeader = "x-pilothooks-set-aside-from";

    /// <summary>When a message was first set aside, in Unix seconds.</summary>
    public const string SetAsideAtHeader = "x-pilothooks-set-aside-at";

    private static readonly Dictionary<string, object?> Quorum = new() { ["x-queue-type"] = "quorum" };

    /// <summary>Each with the queue that it belongs to.</summary>
    public static IReadOnlyList<(string Name, string Queue)> All { get; } =
        [.. Queues.All.SelectMany(queue => Suffixes.Select(suffix => (queue + suffix, queue)))];

    /// <summary>
    /// Declares one just as MassTransit does when a message first fails: a durable quorum queue (it copies the arguments
    /// of the consumer's queue) bound to a durable fanout exchange of the same name. So it does not matter who comes
    /// first; anything different would close the channel of whoever comes second.
    /// </summary>
    public static async Task DeclareAsync(IChannel channel, string name, CancellationToken cancellationToken)
    {
        await channel.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false, Quorum, cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(name, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancellationToken);
        await channel.QueueBindAsync(name, name, routingKey: "", cancellationToken: cancellationToken);
    }

    public static Task DeclareSetAsideAsync(IChannel channel, CancellationToken cancellationToken)
        => channel.QueueDeclareAsync(SetAside, durable: true, exclusive: false, autoDelete: false, Quorum, cancellationToken: cancellationToken);
}
