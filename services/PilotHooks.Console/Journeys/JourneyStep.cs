using PilotHooks.Console.DeadLetters;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Journeys;

/// <summary>
/// A step of an event's way as <c>GET /v1/events/{eventId}</c> answers it; those of the ingress and the relay come from the
/// relay in the same shape.
/// </summary>
/// <param name="Service">Which service took it.</param>
/// <param name="Step"><c>merged</c> or <c>dead-letter</c>.</param>
/// <param name="At">When it was done.</param>
/// <param name="DurationMs">How long it took from the event's reception; null where that is not known.</param>
/// <param name="Outcome"><c>merged</c>; <c>failed</c> or <c>replayed</c> of a dead letter; <c>unavailable</c> where it could not be asked.</param>
/// <param name="Detail">What it was merged into, or why it failed.</param>
internal sealed record JourneyStep(string Service, string Step, DateTimeOffset At, double? DurationMs, string Outcome, string? Detail)
{
    public static JourneyStep Of(string service, MergedStep merged, DateTimeOffset receivedAt)
        => new(service, "merged", merged.At, Math.Max(0, (merged.At - receivedAt).TotalMilliseconds), "merged", merged.Detail);

    public static JourneyStep Of(DeadLetterItem letter)
        => new(letter.Service, "dead-letter", letter.FailedAt, null, letter.ReplayedAt is null ? "failed" : "replayed", letter.Reason);

    public static JourneyStep Unavailable(string service, string step, DateTimeOffset now)
        => new(service, step, now, null, "unavailable", $"The service {service} did not answer, so nobody knows.");
}
