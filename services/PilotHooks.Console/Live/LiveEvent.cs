namespace PilotHooks.Console.Live;

/// <summary>An event as the archive lists it.</summary>
internal sealed record LiveEvent(Guid EventId, string Event, string Source, string? NumberId, DateTimeOffset ReceivedAt, bool Recognized = true);

/// <summary>
/// What the page is told: the names of the events since the last time (<c>*</c>: more than could be followed, so any), and
/// the events themselves where it asked for them, newest first.
/// </summary>
internal sealed record LiveUpdate(IReadOnlyList<string> Names, IReadOnlyList<LiveEvent>? Items);
