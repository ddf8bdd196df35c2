using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace PilotHooks.Relay.Endpoints;

/// <summary>Encrypts secrets for the database, by keys that all replicas share.</summary>
internal sealed class SecretVault(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("endpoint-secret.v1");

    public byte[] Lock(Secret secret) => _protector.Protect(secret.TextBytes);

    public Secret Unlock(byte[] locked)
        => Secret.Parse(Encoding.ASCII.GetString(_protector.Unprotect(locked)))
            ?? throw new InvalidOperationException("What the database holds is not a secret.");
}
