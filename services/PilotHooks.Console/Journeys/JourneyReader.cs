using PilotHooks.Console.DeadLetters;
using PilotHooks.Console.ServiceCalls;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Journeys;

/// <summary>
/// Finds what the relay does not know of an event's way: what the service of its kind did with it, and what could not be
/// processed. Both at once and not for long.
/// </summary>
internal sealed partial class JourneyReader(ServiceClient client, DeadLetterStore letters, TimeProvider time, ILogger<JourneyReader> logger)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public async Task<IReadOnlyList<JourneyStep>> ReadAsync(Guid eventId, string kind, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var asked = new[]
        {
            TryAsync("console", "dead-letter", async () => (await letters.OfEventAsync(eventId, either.Token)).Select(JourneyStep.Of)),
            Journey.ServiceOf(kind) is { } service ? TryAsync(service, "merged", () => MergedAsync(service, eventId, receivedAt, either.Token)) : Task.FromResult(Enumerable.Empty<JourneyStep>()),
        };
        return [.. (await Task.WhenAll(asked)).SelectMany(steps => steps)];
    }

    private async Task<IEnumerable<JourneyStep>> MergedAsync(string service, Guid eventId, DateTimeOffset receivedAt, CancellationToken cancellationToken)
    {
        var steps = await client.ReadAsync<IReadOnlyList<MergedStep>>(service, $"/internal/events/{eventId}/steps", cancellationToken);
        return steps.Select(step => JourneyStep.Of(service, step, receivedAt));
    }

    private async Task<IEnumerable<JourneyStep>> TryAsync(string service, string step, Func<Task<IEnumerable<JourneyStep>>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception exception)
        {
            // Whatever it was, what is known of the event's way is worth showing, and that something is not.
            Log.Unavailable(logger, service, exception.Message);
            return [JourneyStep.Unavailable(service, step, time.GetUtcNow())];
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Service} could not be asked for its part of an event's way: {Reason}")]
        public static partial void Unavailable(ILogger logger, string service, string reason);
    }
}
