using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using PilotHooks.Ingress.Publishing;
using PilotHooks.Ingress.Webhooks;
using PilotHooks.ServiceDefaults.Contacts;
using StackExchange.Redis;

namespace PilotHooks.Ingress.Numbers;

/// <summary>
/// Which number a phone is. Messages and number events show it, and calls, which name no number, are placed by it. Kept in
/// Redis for all replicas; a copy here makes that the same news is written once and not with every message.
/// </summary>
internal sealed class OwnPhones(IConnectionMultiplexer redis, IngressMetrics metrics, TimeProvider time)
{
    /// <summary>
    /// Of two events the later one is right, in whichever order they come: <c>time|numberId</c> is only replaced by a later
    /// time. What nobody has shown for half a year is forgotten.
    /// </summary>
    private const string LearnScript = """
        local known = redis.call('GET', KEYS[1])
        if known and tonumber(string.match(known, '^%d+')) >= tonumber(ARGV[1]) then
          return 0
        end
        redis.call('SET', KEYS[1], ARGV[1] .. '|' .. ARGV[2], 'EX', 15552000)
        return 1
        """;

    /// <summary>A business has few phones; whoever sends more is not worth the memory.</summary>
    private const int MaxKept = 10_000;

    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(300);

    /// <summary>How long another replica's news may go unseen here.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    /// <summary>After this the same news is written again, so that Redis does not forget a phone in use.</summary>
    private static readonly TimeSpan Rewrite = TimeSpan.FromDays(30);

    private readonly ConcurrentDictionary<Phone, Known> _known = new();
    private readonly Availability _availability = new(time, TimeSpan.FromSeconds(1));

    /// <summary>Learns what an event shows. Costs a look into memory, unless it is news.</summary>
    public void Learn(in ProviderEvent shown, DateTimeOffset occurredAt)
    {
        if (!shown.OwnPhone.IsKnown || shown.NumberId is not { } numberId)
        {
            return;
        }

        if (_known.TryGetValue(shown.OwnPhone, out var known)
            && (occurredAt <= known.ShownAt || (known.NumberId == numberId && known.IsWritten && time.GetElapsedTime(known.ReadAt) < Rewrite)))
        {
            return;
        }

        var news = new Known(numberId, occurredAt, time.GetTimestamp(), IsWritten: false);
        Keep(shown.OwnPhone, news);
        if (_availability.TryEnter())
        {
            _ = WriteAsync(shown.OwnPhone, news);
        }
    }

    /// <summary>The number that one of the two phones is, the first before the second; null if neither is known.</summary>
    public async ValueTask<string?> FindAsync((Phone First, Phone Second) parties)
        => await FindAsync(parties.First) ?? await FindAsync(parties.Second);

    /// <summary>Forgets that a phone is a number's own; other replicas still know it until they end, from memory alone.</summary>
    public async Task ForgetAsync(ContactId contact)
    {
        foreach (var phone in contact.Forms.Select(form => Phone.Parse(Encoding.UTF8.GetBytes(form))).Where(phone => phone.IsKnown))
        {
            _known.TryRemove(phone, out _);
            await redis.GetDatabase().KeyDeleteAsync(Key(phone), CommandFlags.None);
        }
    }

    private ValueTask<string?> FindAsync(Phone phone)
    {
        if (!phone.IsKnown)
        {
            return default;
        }

        return _known.TryGetValue(phone, out var known) && time.GetElapsedTime(known.ReadAt) < Fresh
            ? new(known.NumberId)
            : ReadAsync(phone, known);
    }

    /// <summary>Runs beside the request. What fails is written with the next event that shows the same.</summary>
    private async Task WriteAsync(Phone phone, Known news)
    {
        try
        {
            var isLatest = (long)await redis.GetDatabase().ScriptEvaluateAsync(
                LearnScript, [Key(phone)], [news.ShownAt.ToUnixTimeMilliseconds(), news.NumberId], CommandFlags.None).WaitAsync(Timeout, time) == 1;
            _availability.Succeeded();
            if (isLatest)
            {
                _known.TryUpdate(phone, news with { IsWritten = true }, news);
            }
            else
            {
                // Another replica knows better.
                _known.TryRemove(KeyValuePair.Create(phone, news));
            }
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            _availability.Failed();
            metrics.RedisAway();
        }
    }

    private async ValueTask<string?> ReadAsync(Phone phone, Known? known)
    {
        if (!_availability.TryEnter())
        {
            return known?.NumberId;
        }

        try
        {
            var text = (string?)await redis.GetDatabase().StringGetAsync(Key(phone), CommandFlags.None).WaitAsync(Timeout, time);
            _availability.Succeeded();
            if (text is null || text.IndexOf('|', StringComparison.Ordinal) is not (> 0 and var bar))
            {
                return known?.NumberId;
            }

            var shownAt = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(text.AsSpan(0, bar), CultureInfo.InvariantCulture));
            var numberId = text[(bar + 1)..];
            Keep(phone, new Known(numberId, shownAt, time.GetTimestamp(), IsWritten: true));
            return numberId;
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException or ObjectDisposedException)
        {
            _availability.Failed();
            metrics.RedisAway();
            return known?.NumberId;
        }
    }

    private void Keep(Phone phone, Known known)
    {
        if (_known.Count >= MaxKept && !_known.ContainsKey(phone))
        {
            _known.Clear();
        }

        _known[phone] = known;
    }

    private static RedisKey Key(Phone phone) => $"pilothooks:phone:{phone.Digits}";

    /// <param name="NumberId">The number that the phone is.</param>
    /// <param name="ShownAt">When the event that showed it occurred.</param>
    /// <param name="ReadAt">When it was last known to agree with Redis.</param>
    /// <param name="IsWritten">Whether Redis has it.</param>
    private sealed record Known(string NumberId, DateTimeOffset ShownAt, long ReadAt, bool IsWritten);
}
