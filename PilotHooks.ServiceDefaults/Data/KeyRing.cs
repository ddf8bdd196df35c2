using System.Xml.Linq;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace PilotHooks.ServiceDefaults.Data;

/// <summary>
/// Data Protection with its keys in the service's own PostgreSQL, in a table <c>data_protection_keys</c>
/// (<c>name</c>, <c>xml</c>, <c>created_at</c>) that its migrations make; under a certificate where one is configured
/// (<see cref="KeyProtectionOptions"/>, section <c>&lt;Service&gt;:KeyProtection</c>).
/// </summary>
public static partial class KeyRing
{
    private const long AdvisoryLock = 0x6B657973;

    /// <summary>Adds it. The service's name must stay: what was encrypted under another one cannot be read.</summary>
    public static void AddKeyRing(this WebApplicationBuilder builder, string service)
    {
        var section = $"{service}:KeyProtection";
        var services = builder.Services;
        // Before Data Protection's own start-up work, which would load the keys without the lock.
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<FirstKey>(provider, section));
        var protection = services.AddDataProtection().SetApplicationName($"PilotHooks.{service}");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider =>
            new ConfigureOptions<KeyManagementOptions>(options => options.XmlRepository = new PostgresKeyRepository(provider.GetRequiredService<NpgsqlDataSource>())));

        var options = builder.Configuration.GetSection(section).Get<KeyProtectionOptions>() ?? new KeyProtectionOptions();
        if (options.Load(section) is ({ } certificate, var all))
        {
            protection.ProtectKeysWithCertificate(certificate).UnprotectKeysWithAnyCertificate(all);
        }
        else if (!options.AllowUnprotected && !builder.Environment.IsDevelopment())
        {
            throw new OptionsValidationException(section, typeof(KeyProtectionOptions),
            [
                $"{section}:CertificatePath names no certificate, so the keys that encrypt secrets would lie in the clear in the database. "
                + $"Name one, or set {section}:AllowUnprotected to true where that is meant.",
            ]);
        }
    }

    /// <summary>
    /// Replicas that start together on an empty database would each make a first key, and none would look again for the
    /// others' before a day is over. Under a lock the first one makes it and the others find it.
    /// </summary>
    private sealed partial class FirstKey(
        string section, NpgsqlDataSource database, IDataProtectionProvider protection, IOptions<KeyManagementOptions> options, IHostEnvironment environment, ILogger<FirstKey> logger) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition($"SELECT pg_advisory_xact_lock({AdvisoryLock})", transaction: transaction, cancellationToken: cancellationToken));
            if (options.Value.XmlEncryptor is { } encryptor)
            {
                await StoredKeys.ProtectAsync(connection, encryptor, cancellationToken);
            }
            else if (!environment.IsDevelopment())
            {
                Log.Unprotected(logger, section);
            }

            protection.CreateProtector("first-key").Protect([1]);
            await transaction.CommitAsync(cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        private static partial class Log
        {
            [LoggerMessage(LogLevel.Warning, "The keys that encrypt secrets lie unprotected in the database: {Section}:CertificatePath names no certificate to protect them with")]
            public static partial void Unprotected(ILogger logger, string section);
        }
    }

    /// <summary>
    /// Keys of a time without a certificate. Data Protection marks what would have to be encrypted of a key that it stores
    /// in the clear, and reads it as well in the form that it would have stored (its documented key storage format).
    /// </summary>
    private static class StoredKeys
    {
        private static readonly XNamespace Format = "http://schemas.asp.net/2015/03/dataProtection";

        public static async Task ProtectAsync(NpgsqlConnection connection, IXmlEncryptor encryptor, CancellationToken cancellationToken)
        {
            var keys = await connection.QueryAsync<(string Name, string Xml)>(new CommandDefinition("SELECT name, xml FROM data_protection_keys", cancellationToken: cancellationToken));
            foreach (var (name, xml) in keys)
            {
                var key = XElement.Parse(xml);
                var secrets = key.Descendants().Where(element => element.Attribute(Format + "requiresEncryption") is not null).ToList();
                foreach (var secret in secrets)
                {
                    secret.Attribute(Format + "requiresEncryption")!.Remove();
                    var encrypted = encryptor.Encrypt(secret);
                    secret.ReplaceWith(new XElement(Format + "encryptedSecret", new XAttribute("decryptorType", encrypted.DecryptorType.AssemblyQualifiedName!), encrypted.EncryptedElement));
                }

                if (secrets.Count > 0)
                {
                    await connection.ExecuteAsync(new CommandDefinition(
                        "UPDATE data_protection_keys SET xml = @Xml WHERE name = @name", new { name, Xml = key.ToString(SaveOptions.DisableFormatting) }, cancellationToken: cancellationToken));
                }
            }
        }
    }
}
