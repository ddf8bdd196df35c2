using System.Net;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.ServiceDefaults.Data;

namespace PilotHooks.Console.Keys;

/// <summary>
/// Checks keys. The configured ones need no database. A key that was right before is looked up whatever others do; any other
/// only while there are not too many wrong ones, so that guessing costs the database nothing.
/// </summary>
internal sealed class ApiKeyAuthenticator(
    IOptions<ApiKeyOptions> options, ApiKeyStore store, KeyUsage usage, FailedAuthentications failures, TimeProvider time)
{
    private readonly byte[][] _configured = [.. options.Value.Keys.Select(ApiKeySecret.Hash)];
    private readonly RecentLookups<ApiKey?> _recent = new(time);

    /// <summary>Checks what a call from this address carries.</summary>
    public async Task<KeyCheck> CheckAsync(IReadOnlyList<string?> given, IPAddress? address)
    {
        if (given is not [{ Length: > 0 } key])
        {
            return new KeyCheck(KeyCheckResult.Missing);
        }

        var hash = ApiKeySecret.Hash(key);
        if (Configured(hash) is { } configured)
        {
            return configured;
        }

        var name = Convert.ToBase64String(hash);
        if (!usage.WasRight(name) && failures.Refuse(address) is { } retryAfter)
        {
            return new KeyCheck(KeyCheckResult.Limited, RetryAfter: retryAfter);
        }

        var check = ApiKeySecret.LooksLikeOne(key) ? await LookUpAsync(hash, name) : new KeyCheck(KeyCheckResult.Unknown);
        if (check.Result is KeyCheckResult.Unknown or KeyCheckResult.Expired)
        {
            usage.WasWrong(name);
            failures.Count(address);
        }

        return check;
    }

    /// <summary>The same for who keeps only the key's hash, and so had the key.</summary>
    public async Task<KeyCheck> CheckAsync(byte[] hash) => Configured(hash) ?? await LookUpAsync(hash, Convert.ToBase64String(hash));

    /// <summary>After this replica removed the key.</summary>
    public void Forget(byte[] hash) => _recent.Forget(Convert.ToBase64String(hash));

    private KeyCheck? Configured(byte[] hash)
    {
        KeyCheck? found = null;
        for (var i = 0; i < _configured.Length; i++)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, _configured[i]))
            {
                found ??= new KeyCheck(KeyCheckResult.Accepted, new Caller(NumberId: null, $"configured-{i + 1}"));
            }
        }

        return found;
    }

    private async Task<KeyCheck> LookUpAsync(byte[] hash, string name)
    {
        try
        {
            if (await _recent.GetAsync(name, cancellationToken => store.FindAsync(hash, cancellationToken)) is not { } stored)
            {
                return new KeyCheck(KeyCheckResult.Unknown);
            }

            var now = time.GetUtcNow();
            if (stored.ExpiresAt <= now)
            {
                return new KeyCheck(KeyCheckResult.Expired);
            }

            usage.Used(stored.Id, name, now);
            return new KeyCheck(KeyCheckResult.Accepted, stored.ToCaller());
        }
        catch (Exception exception) when (exception is OperationCanceledException || Transience.IsTransient(exception))
        {
            return new KeyCheck(KeyCheckResult.Undecided);
        }
    }
}
