using System.Buffers.Text;
using System.Diagnostics;
using Microsoft.Extensions.Options;
using PilotHooks.Ingress.Publishing;
using StackExchange.Redis;

namespace PilotHooks.Ingress.Deduplication;

/// <summary>What the ledger knows of an event.</summary>
internal enum ClaimResult
{
    /// <summary>Nobody had it; it is the caller's now.</summary>
    Claimed,

    /// <summary>It is durable already.</summary>
    Duplicate,

    /// <summary>It is durable already, under its former id.</summary>
    FormerDuplicate,

    /// <summary>Somebody else has it in hand and is not done; or the ledger is away. The caller publishes too.</summary>
    Unknown,
}

/// <summary>
/// Remembers in Redis which events are in hand and which are done, over all replicas.
/// <para>
/// An event is claimed for a short time, published, and only then marked done for the whole window. So an event whose first
/// attempt died in between is taken again, and no repetition is answered before the event is durable. What the ledger does
/// not promise is that an event is published only once: after a death between publish and mark, with Redis away, or beside
/// an attempt that hangs, it is published again, with the same id, and the consumers leave it at one effect.
/// </para>
/// </summary>
internal sealed partial class EventLedger(
    IConnectionMultiplexer redis,
    FormerIds formerIds,
    IOptions<DeduplicationOptions> options,
    IngressMetrics metrics,
    TimeProvider time,
    ILogger<EventLedger> logger)
{
    private const string ReleaseScript = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

    private static readonly ActivitySource Activities = new(IngressMetrics.MeterName);

    /// <summary>Once per pause somebody waits this long for a Redis that hangs; the others do not wait at all.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(300);

    /// <summary>How long a repetition waits for the attempt before it: in all a bit over half a second.</summary>
    private static readonly int[] WaitsMs = [2, 4, 8, 16, 32, 64, 128, 160, 200];

    private static readonly RedisValue InHand = "c";
    private static readonly RedisValue Done = "d";

    private readonly Availability _availability = new(time, TimeSpan.FromSeconds(1));

    /// <summary>Claims the event for the caller.</summary>
    /// <param name="eventId">Its id.</param>
    /// <param name="formerId">What the version before this called it; empty for none.</param>
    public async ValueTask<ClaimResult> ClaimAsync(Guid eventId, Guid formerId)
    {
        if (!_availability.TryEnter())
        {
            metrics.RedisAway();
            return ClaimResult.Unknown;
        }

        using var activity = Activities.StartActivity("events claim", ActivityKind.Client);
        activity?.SetTag("db.system.name", "redis");
        try
        {
            var key = Key(eventId);
            var database = redis.GetDatabase();
            var claiming = database.StringSetAsync(key, InHand, options.Value.Claim, When.NotExists, CommandFlags.None);
            // In the same round trip.
            var former = formerId != Guid.Empty && formerIds.MayBeThere ? database.StringGetAsync(Key(formerId), CommandFlags.None) : null;
            var claimed = await claiming.WaitAsync(Timeout, time);
            _availability.Succeeded();
            if (!claimed)
            {
                return await WaitAsync(database, key);
            }

            if (former is null || await former.WaitAsync(Timeout, time) != Done)
            {
                return ClaimResult.Claimed;
            }

            Release(eventId);
            return ClaimResult.FormerDuplicate;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            _availability.Failed();
            metrics.RedisAway();
            Log.Away(logger, exception.GetType().Name);
            return ClaimResult.Unknown;
        }
    }

    /// <summary>Marks the event as durable; nobody waits for it.</summary>
    public void Complete(Guid eventId) => Forget(database =>
        database.StringSetAsync(Key(eventId), Done, options.Value.Window, When.Always, CommandFlags.FireAndForget));

    /// <summary>Gives the event back, so that the provider's retry gets in. If that fails, the claim's end does it.</summary>
    public void Release(Guid eventId) => Forget(database =>
        database.ScriptEvaluateAsync(ReleaseScript, [Key(eventId)], [InHand], CommandFlags.FireAndForget));

    /// <summary>Waits for the attempt that has the event in hand.</summary>
    private async Task<ClaimResult> WaitAsync(IDatabase database, RedisKey key)
    {
        for (var attempt = 0; ; attempt++)
        {
            var state = await database.StringGetAsync(key, CommandFlags.None).WaitAsync(Timeout, time);
            if (state == Done)
            {
                return ClaimResult.Duplicate;
            }

            if (state.IsNull && await database.StringSetAsync(key, InHand, options.Value.Claim, When.NotExists, CommandFlags.None).WaitAsync(Timeout, time))
            {
                return ClaimResult.Claimed;
            }

            if (attempt == WaitsMs.Length)
            {
                return ClaimResult.Unknown;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(WaitsMs[attempt]), time);
        }
    }

    private void Forget(Action<IDatabase> command)
    {
        try
        {
            command(redis.GetDatabase());
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            metrics.RedisAway();
        }
    }

    /// <summary><c>pilothooks:seen:</c> and the id; made as bytes, since a string would be turned into them anyway.</summary>
    private static RedisKey Key(Guid eventId)
    {
        var key = new byte["pilothooks:seen:"u8.Length + 32];
        "pilothooks:seen:"u8.CopyTo(key);
        Utf8Formatter.TryFormat(eventId, key.AsSpan("pilothooks:seen:"u8.Length), out _, 'N');
        return key;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Redis is away ({Exception}): repetitions are published again, with the same id")]
        public static partial void Away(ILogger logger, string exception);
    }
}
