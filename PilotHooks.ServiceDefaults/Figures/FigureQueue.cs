using PilotHooks.Contracts;
using RabbitMQ.Client;

namespace PilotHooks.ServiceDefaults.Figures;

/// <summary>The queue of the reports, declared alike by whoever comes first.</summary>
public static class FigureQueue
{
    /// <summary>No report is of use to anybody after this.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    /// <summary>An hour's reports of a dozen replicas, about 10 MB; the oldest make room for new ones.</summary>
    private const int MaxReports = 10_000;

    // A classic queue, not a quorum one like those of events, and its messages are not persistent: reports may be lost. The
    // queue itself is durable, because newer brokers have no others that several connections share.
    private static readonly Dictionary<string, object?> Arguments = new()
    {
        ["x-queue-type"] = "classic",
        ["x-max-length"] = MaxReports,
        ["x-message-ttl"] = (int)Lifetime.TotalMilliseconds,
    };

    /// <summary>Declares it.</summary>
    public static Task DeclareAsync(IChannel channel, CancellationToken cancellationToken)
        => channel.QueueDeclareAsync(Queues.ConsoleFigures, durable: true, exclusive: false, autoDelete: false, Arguments, cancellationToken: cancellationToken);
}
