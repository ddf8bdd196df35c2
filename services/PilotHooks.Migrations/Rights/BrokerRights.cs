using System.Text.RegularExpressions;
using PilotHooks.Contracts;

namespace PilotHooks.Migrations.Rights;

/// <summary>
/// What a service may do at the broker, as RabbitMQ's patterns: declare and delete (configure), publish and bind a queue
/// (write), consume and bind an exchange (read). Nobody reads a queue that is not its own, save the console, which reads the
/// dead letters. Writing to the default exchange, which all need for their figures, reaches any queue.
/// </summary>
internal sealed record BrokerRights(string Configure, string Write, string Read)
{
    /// <summary>The exchanges of all events, and of the groups that they are consumed as, by MassTransit's names.</summary>
    private const string Events = @"PilotHooks\.[A-Za-z.]+:.+";
    private const string DefaultExchange = @"amq\.default";

    /// <summary>What a consumer sets aside, and the console drains.</summary>
    private const string DeadLetters = "(_error|_skipped)";

    private static readonly string Figures = Regex.Escape(Queues.ConsoleFigures);
    private static readonly string All = Names(Queues.All);

    /// <summary>The services with a user of their own.</summary>
    public static IReadOnlyDictionary<string, BrokerRights> ByService { get; } = new Dictionary<string, BrokerRights>
    {
        // These two publish every kind of event, and so declare the queues of all.
        ["ingress"] = Publisher(Queues.IngressIntake),
        ["relay"] = Publisher(Queues.RelayArchive, Queues.RelayRefusedRequests),
        // Its alerts are events that go to the archive alone.
        ["messaging"] = Consumer(
            [Queues.MessagingStatuses, Queues.MessagingInbound, Queues.MessagingForms],
            $@"PilotHooks\.Contracts:{nameof(UnknownEventReceived)}", Regex.Escape(Queues.RelayArchive)),
        ["numbers"] = Consumer([Queues.NumbersChanges]),
        ["calls"] = Consumer([Queues.CallsChanges, Queues.CallsPermissions, Queues.CallsSignalling]),
        ["console"] = Of([$"{All}{DeadLetters}", "console-.+"], [$"{All}{DeadLetters}", "console-.+"]),
    };

    private static BrokerRights Publisher(params string[] own) => Of([Events, All, $"{Names(own)}{DeadLetters}", Figures], [Events, $"{Names(own)}{DeadLetters}?"]);

    /// <param name="own">The queues that it consumes.</param>
    /// <param name="published">The exchange of what it publishes, and the queue that this goes to.</param>
    private static BrokerRights Consumer(string[] own, params string[] published)
        => Of([$"{Names(own)}{DeadLetters}?", Figures, .. published], [$"{Names(own)}{DeadLetters}?", .. published.Take(1)]);

    private static BrokerRights Of(string[] declared, string[] read) => new(Pattern(declared), Pattern([.. declared, DefaultExchange]), Pattern(read));

    private static string Names(IEnumerable<string> queues) => $"({string.Join('|', queues.Select(Regex.Escape))})";

    private static string Pattern(IEnumerable<string> names) => $"^({string.Join('|', names)})$";
}
