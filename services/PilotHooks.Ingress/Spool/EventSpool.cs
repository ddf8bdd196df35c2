using System.Diagnostics;
using Microsoft.Extensions.Options;
using PilotHooks.Ingress.Publishing;
using PilotHooks.ServiceDefaults.Contacts;
using StackExchange.Redis;

namespace PilotHooks.Ingress.Spool;

/// <summary>
/// Keeps events while the broker is away: a list in Redis, whose append-only file makes it survive a restart. It is
/// bounded, since it lives in memory that the deduplication needs too.
/// </summary>
internal sealed partial class EventSpool(IConnectionMultiplexer redis, IOptions<SpoolOptions> options, TimeProvider time, ILogger<EventSpool> logger)
{
    // One hash tag, so that a script may use them together on a Redis cluster.
    private static readonly RedisKey Entries = "{pilothooks:spool}:entries";
    private static readonly RedisKey Bytes = "{pilothooks:spool}:bytes";
    private static readonly RedisKey Unreadable = "{pilothooks:spool}:unreadable";
    private static readonly RedisKey Lease = "{pilothooks:spool}:lease";

    private const string PushScript = """
        local count = redis.call('LLEN', KEYS[1])
        local size = count > 0 and tonumber(redis.call('GET', KEYS[2]) or '0') or 0
        if count >= tonumber(ARGV[2]) or size + #ARGV[1] > tonumber(ARGV[3]) then
          return 0
        end
        redis.call('RPUSH', KEYS[1], ARGV[1])
        redis.call('SET', KEYS[2], string.format('%.0f', size + #ARGV[1]))
        return count + 1
        """;

    /// <summary>The oldest entries, as many as fit: the list may hold more than anyone wants in one answer.</summary>
    private const string PeekScript = """
        local taken, size = {}, 0
        for i = 0, tonumber(ARGV[1]) - 1 do
          local entry = redis.call('LINDEX', KEYS[1], i)
          if not entry or (i > 0 and size + #entry > tonumber(ARGV[2])) then
            break
          end
          size = size + #entry
          taken[i + 1] = entry
        end
        return taken
        """;

    /// <summary>Only who still has the lease may remove: what it published are the oldest entries only as long as it has.</summary>
    private const string RemoveScript = """
        if redis.call('GET', KEYS[3]) ~= ARGV[1] then
          return 0
        end
        for i = 1, tonumber(ARGV[2]) do
          local entry = redis.call('LPOP', KEYS[1])
          if entry then
            redis.call('DECRBY', KEYS[2], #entry)
          end
        end
        redis.call('PEXPIRE', KEYS[3], ARGV[3])
        return 1
        """;

    private const string SetAsideScript = """
        if redis.call('GET', KEYS[3]) == ARGV[1] then
          local entry = redis.call('LPOP', KEYS[1])
          if entry then
            redis.call('DECRBY', KEYS[2], #entry)
            redis.call('RPUSH', KEYS[4], entry)
            redis.call('PEXPIRE', KEYS[4], ARGV[2])
          end
        end
        return 1
        """;

    private const int MaxPeekedBytes = 8 * 1024 * 1024;

    /// <summary>A Redis that takes longer than this to keep an event is away.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    /// <summary>Longer than a batch may take, so that nobody else drains while one does.</summary>
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(30);

    /// <summary>Fires when an event was put in here.</summary>
    public SemaphoreSlim Pushed { get; } = new(0, 1);

    /// <summary>Whether the spool has the event now: false if it is full or Redis is away.</summary>
    public async ValueTask<bool> TryPushAsync(AcceptedEvent accepted)
    {
        try
        {
            var entry = SpoolEntry.Write(accepted, Activity.Current?.Id);
            var depth = (long)await redis.GetDatabase().ScriptEvaluateAsync(
                PushScript, [Entries, Bytes], [entry, options.Value.MaxEntries, options.Value.MaxBytes], CommandFlags.None).WaitAsync(Timeout, time);
            if (depth == 0)
            {
                Log.Full(logger);
                return false;
            }

            Signal();
            return true;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            Log.Away(logger, exception.GetType().Name);
            return false;
        }
    }

    /// <summary>Whether an event would find a place.</summary>
    public async Task<bool> HasRoomAsync(CancellationToken cancellationToken)
    {
        try
        {
            var database = redis.GetDatabase();
            var depth = database.ListLengthAsync(Entries, CommandFlags.None);
            var bytes = database.StringGetAsync(Bytes, CommandFlags.None);
            return await depth.WaitAsync(Timeout, time, cancellationToken) < options.Value.MaxEntries
                && (await depth == 0 || (long)await bytes.WaitAsync(Timeout, time, cancellationToken) < options.Value.MaxBytes);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            return false;
        }
    }

    public Task<long> DepthAsync() => redis.GetDatabase().ListLengthAsync(Entries, CommandFlags.None).WaitAsync(Timeout, time);

    /// <summary>Takes the lease that lets one replica drain at a time.</summary>
    public Task<bool> TakeLeaseAsync(string holder) => redis.GetDatabase().LockTakeAsync(Lease, holder, LeaseTime, CommandFlags.None).WaitAsync(Timeout, time);

    public Task ReleaseLeaseAsync(string holder) => redis.GetDatabase().LockReleaseAsync(Lease, holder, CommandFlags.None).WaitAsync(Timeout, time);

    /// <summary>The oldest entries, which stay where they are.</summary>
    public async Task<byte[][]> PeekAsync(int count)
    {
        var entries = await redis.GetDatabase().ScriptEvaluateAsync(PeekScript, [Entries], [count, MaxPeekedBytes], CommandFlags.None).WaitAsync(Timeout * 5, time);
        return ((byte[]?[]?)entries ?? [])!; // The script returns no nulls.
    }

    /// <summary>Removes the oldest entries, after the broker confirmed them. False if the lease is another's by now.</summary>
    public async Task<bool> RemoveAsync(string holder, int count)
        => (long)await redis.GetDatabase().ScriptEvaluateAsync(
            RemoveScript, [Entries, Bytes, Lease], [holder, count, (long)LeaseTime.TotalMilliseconds], CommandFlags.None).WaitAsync(Timeout, time) == 1;

    /// <summary>Moves an entry that nobody can read out of the others' way. It is kept for a while, for whoever can.</summary>
    public async Task SetAsideAsync(string holder)
    {
        Log.Unreadable(logger, Unreadable.ToString());
        await redis.GetDatabase().ScriptEvaluateAsync(SetAsideScript, [Entries, Bytes, Lease, Unreadable], [holder, (long)options.Value.KeepUnreadable.TotalMilliseconds], CommandFlags.None).WaitAsync(Timeout, time);
    }

    /// <summary>Removes what nobody could read and what holds the number or id of somebody who was erased.</summary>
    public async Task ForgetUnreadableAsync(ContactId contact)
    {
        foreach (var entry in await redis.GetDatabase().ListRangeAsync(Unreadable, 0, -1, CommandFlags.None))
        {
            if (ContactScan.IsOf((byte[])entry!, contact))
            {
                await redis.GetDatabase().ListRemoveAsync(Unreadable, entry, 0, CommandFlags.None);
            }
        }
    }

    private void Signal()
    {
        try
        {
            Pushed.Release();
        }
        catch (SemaphoreFullException)
        {
            // The drainer has not come to look since the last one.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The spool is full: events are refused until the broker is back")]
        public static partial void Full(ILogger logger);

        [LoggerMessage(LogLevel.Error, "Redis is away ({Exception}), and the broker too: events are refused")]
        public static partial void Away(ILogger logger, string exception);

        [LoggerMessage(LogLevel.Error, "An entry of the spool cannot be read; it is set aside in {Key}")]
        public static partial void Unreadable(ILogger logger, string key);
    }
}
