using System.Globalization;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace PilotHooks.Ingress.Deduplication;

/// <summary>
/// Until when Redis may remember events by the ids of the version before this: for one window after the first replica of this
/// version began, and not at all where it began on an empty Redis. After that nobody asks for them any more.
/// </summary>
internal sealed class FormerIds(IConnectionMultiplexer redis, IOptions<DeduplicationOptions> options, TimeProvider time) : BackgroundService
{
    /// <summary>When the first replica began, in Unix seconds; zero where Redis was empty.</summary>
    private static readonly RedisKey Began = "pilothooks:message-ids-of-a-number:since";

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    private long _endsAtSeconds = long.MaxValue;

    public bool MayBeThere => time.GetUtcNow().ToUnixTimeSeconds() < Volatile.Read(ref _endsAtSeconds);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var database = redis.GetDatabase();
                var isNew = (long)await database.ExecuteAsync("DBSIZE") == 0;
                var now = isNew ? 0 : time.GetUtcNow().ToUnixTimeSeconds();
                await database.StringSetAsync(Began, now.ToString(CultureInfo.InvariantCulture), null, When.NotExists, CommandFlags.None);
                if ((await database.StringGetAsync(Began, CommandFlags.None)).TryParse(out long began))
                {
                    Volatile.Write(ref _endsAtSeconds, began + (long)options.Value.Window.TotalSeconds);
                }

                return;
            }
            catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
            {
                // Until Redis answers, the former ids are asked for; the ledger says that it is away.
                await Task.Delay(Retry, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
