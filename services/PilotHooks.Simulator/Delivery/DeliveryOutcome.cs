using System.Net;

namespace PilotHooks.Simulator.Delivery;

/// <summary>What one attempt, or a whole delivery, came to.</summary>
internal enum DeliveryOutcome
{
    Accepted,

    /// <summary>The receiver had seen it before.</summary>
    Duplicate,

    /// <summary>The receiver is away, busy or failing: worth another attempt for as long as it takes.</summary>
    Unavailable,

    /// <summary>The receiver wants none of it; a few more attempts and that is that.</summary>
    Refused,
}

/// <summary>How long and how often a receiver is tried.</summary>
/// <param name="MaxAttempts">For what is unavailable; null: until it answers.</param>
internal sealed record DeliveryPolicy(int Capacity, int Workers, int? MaxAttempts)
{
    private const int MaxRefusals = 5;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan MaxAskedDelay = TimeSpan.FromSeconds(30);

    /// <summary>The receiver under test: nothing is given up while it is away.</summary>
    public static DeliveryPolicy Ingress { get; } = new(Capacity: 2_000, Workers: 32, MaxAttempts: null);

    public static DeliveryPolicy Webhook { get; } = new(Capacity: 1_000, Workers: 2, MaxAttempts: 6);

    public static DeliveryOutcome Classify(HttpStatusCode status, string body) => (int)status switch
    {
        >= 200 and < 300 => body.Contains("\"duplicate\"", StringComparison.Ordinal) ? DeliveryOutcome.Duplicate : DeliveryOutcome.Accepted,
        408 or 425 or 429 or >= 500 => DeliveryOutcome.Unavailable,
        _ => DeliveryOutcome.Refused,
    };

    public bool GivesUp(DeliveryOutcome outcome, int attempts)
        => attempts >= (outcome is DeliveryOutcome.Refused ? MaxRefusals : MaxAttempts ?? int.MaxValue);

    /// <summary>Doubles with each attempt; a receiver may ask for more.</summary>
    public static TimeSpan DelayAfter(int attempts, TimeSpan? asked)
    {
        var delay = TimeSpan.FromTicks(Math.Min(MaxDelay.Ticks, FirstDelay.Ticks << Math.Min(attempts - 1, 10)));
        return asked is { } longer && longer > delay ? (longer < MaxAskedDelay ? longer : MaxAskedDelay) : delay;
    }
}
