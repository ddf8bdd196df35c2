using PilotHooks.Relay.Archive;
using PilotHooks.Relay.Endpoints;

namespace PilotHooks.Relay.Intake;

/// <summary>
/// Tells whoever subscribed to <c>intake.alert</c> what is wrong with a source: <c>unrecognized</c> or <c>refused</c> for the
/// first time in an hour, <c>silent</c> for much longer than usual, and <c>speaking</c> when that is over.
/// </summary>
internal static class IntakeAlert
{
    public static ArchivedEvent OfTrouble(IntakeTrouble trouble, DateTimeOffset now) => Of(
        $"{trouble.Kind}|{trouble.Id}",
        new { source = trouble.Source, reason = trouble.Kind, cause = trouble.Cause, id = trouble.Id, createdAt = now },
        now);

    public static ArchivedEvent OfSilence(string source, DateTimeOffset lastAt, TimeSpan limit, DateTimeOffset now) => Of(
        $"{source}|silent|{lastAt:O}",
        new { source, reason = "silent", lastEventAt = lastAt, expectedWithinSeconds = (long)limit.TotalSeconds, createdAt = now },
        now);

    public static ArchivedEvent OfSpeech(string source, DateTimeOffset silentSince, DateTimeOffset now) => Of(
        $"{source}|speaking|{silentSince:O}",
        new { source, reason = "speaking", silentSince, createdAt = now },
        now);

    private static ArchivedEvent Of(string occasion, object data, DateTimeOffset now) => OwnEvent.Of(EventGate.IntakeAlert, occasion, numberId: null, data, now);
}
