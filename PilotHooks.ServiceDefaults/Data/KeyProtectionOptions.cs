using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;

namespace PilotHooks.ServiceDefaults.Data;

/// <summary>
/// The certificate under which a service's Data Protection keys lie in its database. Without one they lie there in the
/// clear, and whoever reads the database reads what they encrypt.
/// </summary>
internal sealed class KeyProtectionOptions
{
    /// <summary>A PKCS #12 (PFX) or PEM file with an RSA certificate and, unless <see cref="KeyPath"/> names it, its private key.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>Of the PKCS #12 file or of the PEM key; null for none.</summary>
    public string? CertificatePassword { get; init; }

    /// <summary>A PEM file with the private key, where the certificate's own holds none.</summary>
    public string? KeyPath { get; init; }

    /// <summary>Starts the service without a certificate outside Development too. For machines whose database nobody else reads.</summary>
    public bool AllowUnprotected { get; init; }

    /// <summary>Certificates of before: keys under them are still read, and none is written.</summary>
    public KeyProtectionOptions[] Older { get; init; } = [];

    /// <summary>The certificate to write with, null for none, and all to read with.</summary>
    /// <param name="section">The section of the configuration, for the words of a fault.</param>
    /// <exception cref="OptionsValidationException">A certificate cannot be used; says which and why.</exception>
    public (X509Certificate2? Current, X509Certificate2[] All) Load(string section)
    {
        if (CertificatePath is null)
        {
            return CertificatePassword is null && KeyPath is null && Older.Length == 0
                ? (null, [])
                : throw Invalid($"{section}:CertificatePath is missing, though other settings of {section} are there.");
        }

        var current = LoadOne(section);
        return (current, [current, .. Older.Select((one, i) => one.LoadOne($"{section}:Older:{i}"))]);
    }

    private X509Certificate2 LoadOne(string section)
    {
        if (CertificatePath is null)
        {
            throw Invalid($"{section}:CertificatePath is missing.");
        }

        X509Certificate2 certificate;
        try
        {
            certificate = Read(CertificatePath);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Invalid($"{section}:CertificatePath '{CertificatePath}' cannot be read: {exception.Message}");
        }

        using var key = certificate.GetRSAPrivateKey();
        return key is not null ? certificate : throw Invalid($"{section}:CertificatePath '{CertificatePath}' has no RSA key.");
    }

    private X509Certificate2 Read(string path)
        => !File.ReadAllText(path).Contains("-----BEGIN", StringComparison.Ordinal) ? X509CertificateLoader.LoadPkcs12FromFile(path, CertificatePassword)
            : CertificatePassword is null ? X509Certificate2.CreateFromPemFile(path, KeyPath)
            : X509Certificate2.CreateFromEncryptedPemFile(path, CertificatePassword, KeyPath);

    private static OptionsValidationException Invalid(string failure) => new(nameof(KeyProtectionOptions), typeof(KeyProtectionOptions), [failure]);
}
