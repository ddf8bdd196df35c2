using System.Net;
using System.Threading.RateLimiting;

namespace PilotHooks.Console.Sessions;

/// <summary>Slows down whoever guesses keys: per address a few attempts at once, then one every few seconds.</summary>
internal sealed class SignInLimiter : IDisposable
{
    private const int AtOnce = 20;
    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(3);

    private readonly PartitionedRateLimiter<IPAddress> _limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(
        address => RateLimitPartition.GetTokenBucketLimiter(address, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = AtOnce,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = Gap,
        }));

    public bool Allows(IPAddress? address)
    {
        using var lease = _limiter.AttemptAcquire(address ?? IPAddress.None);
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
