using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace PilotHooks.Console.Keys;

/// <summary>How many wrong keys a replica looks at.</summary>
internal sealed class FailedAuthenticationOptions
{
    public const string Section = "FailedAuthentication";

    /// <summary>From one address at once (an IPv6 address by its /64).</summary>
    [Range(1, 100_000)]
    public int AtOnce { get; init; } = 30;

    /// <summary>From one address after that.</summary>
    [Range(1, 100_000)]
    public int PerSecond { get; init; } = 1;

    /// <summary>From all addresses at once.</summary>
    [Range(1, 1_000_000)]
    public int TotalAtOnce { get; init; } = 300;

    /// <summary>From all addresses after that.</summary>
    [Range(1, 1_000_000)]
    public int TotalPerSecond { get; init; } = 50;
}

/// <summary>
/// Limits and counts wrong keys, of the API and of signing in alike. A key that is not known to be right costs a token of its
/// address and one of all before it is looked at.
/// </summary>
internal sealed class FailedAuthentications : IDisposable
{
    // Addresses share these by a hash that nobody outside knows, so that a stranger with many of them fills no memory.
    private const int Partitions = 16_384;
    private const int MaxAddresses = 1_000;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<int> _ofAddress;
    private readonly TokenBucketRateLimiter _total;
    private readonly Lock _gate = new();
    private HashSet<int> _addresses = [];
    private int _failed;
    private int _refused;

    public FailedAuthentications(IOptions<FailedAuthenticationOptions> options)
    {
        var limits = options.Value;
        _ofAddress = PartitionedRateLimiter.Create<int, int>(partition => RateLimitPartition.GetTokenBucketLimiter(partition, _ => Bucket(limits.AtOnce, limits.PerSecond)));
        _total = new TokenBucketRateLimiter(Bucket(limits.TotalAtOnce, limits.TotalPerSecond));
    }

    /// <summary>How long to wait before a key from this address is looked at; null if it is now.</summary>
    public TimeSpan? Refuse(IPAddress? address)
    {
        using var ofAddress = _ofAddress.AttemptAcquire(PartitionOf(address));
        if (!ofAddress.IsAcquired)
        {
            return Refused(ofAddress);
        }

        using var total = _total.AttemptAcquire();
        return total.IsAcquired ? null : Refused(total);
    }

    public void Count(IPAddress? address)
    {
        lock (_gate)
        {
            _failed++;
            if (_addresses.Count < MaxAddresses)
            {
                _addresses.Add(PartitionOf(address));
            }
        }
    }

    /// <summary>What failed since the last time, and counts anew.</summary>
    public FailedSum Take()
    {
        lock (_gate)
        {
            var sum = new FailedSum(_failed, _refused, _addresses.Count);
            (_failed, _refused, _addresses) = (0, 0, []);
            return sum;
        }
    }

    /// <summary>Counts what could not be recorded once more.</summary>
    public void PutBack(FailedSum sum)
    {
        lock (_gate)
        {
            (_failed, _refused) = (_failed + sum.Failed, _refused + sum.Refused);
        }
    }

    public void Dispose()
    {
        _ofAddress.Dispose();
        _total.Dispose();
    }

    /// <summary>What stands for the whole network of one customer: an IPv4 address, the first half of an IPv6 address.</summary>
    internal static byte[] NetworkOf(IPAddress? address)
        => address is null ? []
            : address.IsIPv4MappedToIPv6 ? address.MapToIPv4().GetAddressBytes()
            : address.AddressFamily == AddressFamily.InterNetworkV6 ? address.GetAddressBytes()[..8]
            : address.GetAddressBytes();

    private static int PartitionOf(IPAddress? address)
    {
        var hash = default(HashCode);
        hash.AddBytes(NetworkOf(address));
        return hash.ToHashCode() & (Partitions - 1);
    }

    private TimeSpan Refused(RateLimitLease lease)
    {
        lock (_gate)
        {
            _refused++;
        }

        return lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : Second;
    }

    private static TokenBucketRateLimiterOptions Bucket(int atOnce, int perSecond)
        => new() { TokenLimit = atOnce, TokensPerPeriod = Math.Min(perSecond, atOnce), ReplenishmentPeriod = Second };
}

/// <summary>Keys that were wrong, keys that were not looked at, and from how many networks the wrong ones came (a lower bound).</summary>
internal sealed record FailedSum(int Failed, int Refused, int Addresses);
