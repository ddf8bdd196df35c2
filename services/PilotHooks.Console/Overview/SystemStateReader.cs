using PilotHooks.Console.DeadLetters;
using PilotHooks.Console.ServiceCalls;

namespace PilotHooks.Console.Overview;

/// <summary>
/// Asks for what nobody reports: numbers, endpoints and open dead letters as they are now. All at once and not for long;
/// who does not answer leaves its part null.
/// </summary>
internal sealed partial class SystemStateReader(ServiceClient client, DeadLetterStore letters, TimeProvider time, ILogger<SystemStateReader> logger)
{
    private const int MaxPages = 10;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    public async Task<SystemState> ReadAsync()
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        var (open, numbers, endpoints) = (
            TryAsync<long?>(async () => await letters.CountOpenAsync(timeout.Token)),
            TryAsync(async () => await client.ReadAsync<NumbersModel>("numbers", "/internal/numbers/counts", timeout.Token)),
            TryAsync(async () => new EndpointsModel(await CountFailingAsync(timeout.Token))));
        await Task.WhenAll(open, numbers, endpoints);
        return new SystemState(await open, await numbers, await endpoints);
    }

    private async Task<long> CountFailingAsync(CancellationToken cancellationToken)
    {
        var (count, cursor) = (0L, "");
        for (var page = 0; page < MaxPages && cursor is not null; page++)
        {
            var found = await client.ReadAsync<FoundEndpoints>("relay", $"/v1/webhooks?failing=true&limit=200{cursor}", cancellationToken);
            count += found.Items.Count;
            cursor = found.Next is null ? null : $"&cursor={found.Next}";
        }

        return count;
    }

    private async Task<T?> TryAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (Exception exception)
        {
            // Whatever it was, the rest of the overview can do without.
            Log.NotKnown(logger, exception.Message);
            return default;
        }
    }

    private sealed record FoundEndpoints(IReadOnlyList<FoundEndpoint> Items, string? Next);

    private sealed record FoundEndpoint(string Id);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "A part of the overview is not known just now: {Reason}")]
        public static partial void NotKnown(ILogger logger, string reason);
    }
}
