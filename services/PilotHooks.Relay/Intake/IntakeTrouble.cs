using PilotHooks.Contracts;
using PilotHooks.Relay.Archive;

namespace PilotHooks.Relay.Intake;

/// <summary>Something of a source that was not understood, or refused.</summary>
/// <param name="Source">As the event or the request named it.</param>
/// <param name="Share">What is told apart: the source, or the empty text for all names that no source has.</param>
/// <param name="Kind"><see cref="Unrecognized"/> or <see cref="Refused"/>.</param>
/// <param name="Cause">Why, in the ingress's word.</param>
/// <param name="Id">Of the event or the refused request.</param>
/// <param name="At">When it came.</param>
internal sealed record IntakeTrouble(string Source, string Share, string Kind, string Cause, Guid Id, DateTimeOffset At)
{
    public const string Unrecognized = "unrecognized";
    public const string Refused = "refused";

    /// <summary>Null for an event that was understood.</summary>
    public static IntakeTrouble? Of(IWebhookEvent message)
        => UnrecognizedEvents.ReasonOf(message) is { } reason ? new(message.Source, message.Source, Unrecognized, reason, message.EventId, message.ReceivedAt) : null;

    public static IntakeTrouble Of(RefusedRequest request)
        => new(request.Source, request.IsKnownSource ? request.Source : "", Refused, request.Reason, request.Id, request.At);
}
