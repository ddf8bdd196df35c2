using System.Globalization;
using Microsoft.Extensions.Options;
using PilotHooks.Relay.Deliveries;
using PilotHooks.TestSupport;

namespace PilotHooks.Relay.Tests.Deliveries;

/// <summary>
/// Tells a scheduler facts and writes its decisions down, both as text. A delivery is a letter for its endpoint and a number:
/// <c>a1</c>, and <c>a1-9</c> for nine of them.
/// <code>
/// lease a1 b1   leased by a claim            +a1  start
/// urgent a1     leased, a retry or a test    -a1  release
/// success a1    written with its row         .    the delivery has ended
/// late a1       success, to be recorded      ?    look for more
/// failure a1    answered with 500
/// silence a1    no answer in time
/// lost a1       nobody knows what came of it
/// end a1        recorded
/// after 5       seconds go by
/// close         the replica stops
/// </code>
/// </summary>
internal sealed class SchedulerScript
{
    private readonly ManualClock _clock = new();
    private readonly Dictionary<string, ClaimedDelivery> _deliveries = [];

    public SchedulerScript(int slots = 1024, int ready = 32768)
    {
        Scheduler = new DeliveryScheduler(Options.Create(new RelayOptions { MaxInFlight = slots, MaxReady = ready }), _clock);
        Scheduler.Open();
    }

    public DeliveryScheduler Scheduler { get; }

    /// <summary>Facts, separated by bars; returns the decisions after each, likewise.</summary>
    public string Run(string facts) => string.Join(" | ", facts.Split('|').Select(Tell));

    public ClaimedDelivery Find(string name)
        => _deliveries.TryGetValue(name, out var delivery) ? delivery : _deliveries[name] = Make(name, urgent: false);

    public IEnumerable<ClaimedDelivery> FindAll(string names) => names.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(Names).Select(Find);

    private string Tell(string fact)
    {
        var (word, names) = fact.Trim().Split(' ', 2) is [var first, .. var rest] ? (first, string.Concat(rest)) : ("", "");
        switch (word)
        {
            case "after":
                _clock.Advance(TimeSpan.FromSeconds(int.Parse(names, CultureInfo.InvariantCulture)));
                return "";
            case "close":
                return Write(Scheduler.Close());
            case "end":
                return Write(Scheduler.EndDelivery(Find(names)), ended: true);
            case "urgent":
                return Write(Scheduler.AddLeased([_deliveries[names] = Make(names, urgent: true)], _clock.GetTimestamp()));
            case "lease":
                return Write(Scheduler.AddLeased([.. FindAll(names)], _clock.GetTimestamp()));
            default:
                return Write(Scheduler.CompleteAttempt(Find(names), Result(word), isRecorded: word is "success" or "lost"));
        }
    }

    private string Write(SchedulerDecisions decisions, bool ended = false)
        => string.Join(' ', [
            .. decisions.IsEnded || ended ? ["."] : Array.Empty<string>(),
            .. decisions.Start.Select(delivery => $"+{NameOf(delivery)}"),
            .. decisions.Release.Select(delivery => $"-{NameOf(delivery)}"),
            .. decisions.LookForMore ? ["?"] : Array.Empty<string>()]);

    private string NameOf(ClaimedDelivery delivery) => _deliveries.Single(one => one.Value == delivery).Key;

    private static IEnumerable<string> Names(string name)
        => name.Split('-') is [var first, var last]
            ? Enumerable.Range(int.Parse(first[1..], CultureInfo.InvariantCulture), int.Parse(last, CultureInfo.InvariantCulture) - int.Parse(first[1..], CultureInfo.InvariantCulture) + 1).Select(i => $"{first[0]}{i}")
            : [name];

    private static ClaimedDelivery Make(string name, bool urgent)
        => new() { Id = Guid.NewGuid(), EndpointId = name[..1], Event = "message.read", Target = Targets.Any(), Urgent = urgent, Size = 100 };

    private static AttemptResult? Result(string word) => word switch
    {
        "success" or "late" => new AttemptResult(default, TimeSpan.FromMilliseconds(5), 200, null, null, null),
        "failure" => new AttemptResult(default, TimeSpan.FromMilliseconds(5), 500, null, null, null),
        "silence" => new AttemptResult(default, TimeSpan.FromSeconds(10), null, "no answer", null, null),
        "lost" => null,
        _ => throw new ArgumentException($"{word} is no fact.", nameof(word)),
    };
}
