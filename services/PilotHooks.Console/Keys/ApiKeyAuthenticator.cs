using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Console.Keys;

/// <summary>What came out of checking a key, and the only number that the key may see, if it is bound to one.</summary>
internal sealed record KeyCheck(KeyCheckResult Result, string? NumberId = null);

internal enum KeyCheckResult
{
    Accepted,

    /// <summary>The call carries none, or several.</summary>
    Missing,

    /// <summary>Nobody's, or removed.</summary>
    Unknown,

    /// <summary>The database that would know it does not answer.</summary>
    Undecided,
}

/// <summary>
/// Checks keys. The configured one needs no database. A stored one is remembered for less than half a second, counted
/// from before it was read, so that a removed key is refused on every replica within a second without any of them
/// being told.
/// </summary>
internal sealed class ApiKeyAuthenticator(IOptions<ApiKeyOptions> options, ApiKeyStore store, TimeProvider time)
{
    private const int MaxRemembered = 10_000;
    private static readonly TimeSpan RememberFor = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan LookupTimeout = TimeSpan.FromSeconds(2);

    private readonly byte[] _configured = ApiKeySecret.Hash(options.Value.ApiKey);
    private readonly ConcurrentDictionary<string, Lookup> _recent = new(StringComparer.Ordinal);

    public async Task<KeyCheck> CheckAsync(IReadOnlyList<string?> given)
    {
        if (given is not [{ Length: > 0 } key])
        {
            return new KeyCheck(KeyCheckResult.Missing);
        }

        var hash = ApiKeySecret.Hash(key);
        return ApiKeySecret.LooksLikeOne(key) || IsConfigured(hash)
            ? await CheckAsync(hash)
            : new KeyCheck(KeyCheckResult.Unknown);
    }

    /// <summary>The same for who keeps only the key's hash.</summary>
    public async Task<KeyCheck> CheckAsync(byte[] hash)
    {
        if (IsConfigured(hash))
        {
            return new KeyCheck(KeyCheckResult.Accepted);
        }

        try
        {
            return await LookUp(hash) is { } stored
                ? new KeyCheck(KeyCheckResult.Accepted, stored.NumberId)
                : new KeyCheck(KeyCheckResult.Unknown);
        }
        catch (Exception exception) when (exception is OperationCanceledException || Transience.IsTransient(exception))
        {
            return new KeyCheck(KeyCheckResult.Undecided);
        }
    }

    private bool IsConfigured(byte[] hash) => CryptographicOperations.FixedTimeEquals(hash, _configured);

    private Task<ApiKey?> LookUp(byte[] hash)
    {
        var name = Convert.ToBase64String(hash);
        if (_recent.TryGetValue(name, out var recent) && time.GetElapsedTime(recent.StartedAt) < RememberFor)
        {
            return recent.Found;
        }

        if (_recent.Count >= MaxRemembered)
        {
            _recent.Clear();
        }

        var lookup = new Lookup(time.GetTimestamp(), FindAsync(hash));
        _recent[name] = lookup;
        return lookup.Found;
    }

    /// <summary>Shared by the calls that wait for it, so no single call's end cancels it.</summary>
    private async Task<ApiKey?> FindAsync(byte[] hash)
    {
        using var timeout = new CancellationTokenSource(LookupTimeout, time);
        return await store.FindAsync(hash, timeout.Token);
    }

    private sealed record Lookup(long StartedAt, Task<ApiKey?> Found);
}
