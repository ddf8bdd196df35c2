using PilotHooks.Ingress.Publishing;
using PilotHooks.Ingress.Sources;
using StackExchange.Redis;

namespace PilotHooks.Ingress.Deduplication;

/// <summary>
/// A source's limit, kept by all replicas together in Redis: a token bucket whose capacity is the limit, as the relay's
/// endpoints have. With Redis away everything is let in, since a limit protects and does not decide what is lost.
/// </summary>
internal sealed class RateLimiter(IConnectionMultiplexer redis, IngressMetrics metrics, TimeProvider time)
{
    /// <summary>
    /// The bucket as one time, when it is full again (the generic cell rate algorithm), by the clock of Redis, so that the
    /// replicas' clocks may differ. Answers 0, or the milliseconds until the next token.
    /// </summary>
    private const string Script = """
        local clock = redis.call('TIME')
        local now = clock[1] * 1000000 + clock[2]
        local full = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + 1000000 / ARGV[1]
        if full - now > 1000000 then
          return math.ceil((full - now - 1000000) / 1000)
        end
        redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', 2000)
        return 0
        """;

    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(300);

    private readonly Availability _availability = new(time, TimeSpan.FromSeconds(1));

    /// <summary>Null if the request is within the limit, else when to come again.</summary>
    public ValueTask<TimeSpan?> AcquireAsync(Source source)
        => source.RateLimit is { } limit && _availability.TryEnter() ? AcquireAsync(source.Name, limit) : default;

    private async ValueTask<TimeSpan?> AcquireAsync(string source, int limit)
    {
        try
        {
            var wait = (long)await redis.GetDatabase().ScriptEvaluateAsync(Script, ["pilothooks:rate:" + source], [limit], CommandFlags.None).WaitAsync(Timeout, time);
            _availability.Succeeded();
            return wait > 0 ? TimeSpan.FromMilliseconds(wait) : null;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            _availability.Failed();
            metrics.RedisAway();
            return null;
        }
    }
}
