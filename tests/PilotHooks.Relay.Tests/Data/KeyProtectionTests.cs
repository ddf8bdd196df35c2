using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dapper;
using PilotHooks.TestSupport;

namespace PilotHooks.Relay.Tests.Data;

public sealed class KeyProtectionTests : IDisposable
{
    private const string Section = "Relay__KeyProtection__";
    private const string Secret = "whsec_c2VjcmV0LW9mLXRoZS11c2VyLWl0c2VsZi1vaw==";
    private readonly string _folder = Directory.CreateTempSubdirectory("keys-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Keys_lie_under_the_certificate_and_other_replicas_read_them_with_it_also_after_it_was_replaced()
    {
        // Its own broker: a relay with another database on the shared one would take the other tests' events.
        await using var broker = await TestServers.StartBrokerAsync();
        await using var relay = await RelaySystem.StartAsync(
            broker.ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, settings: [($"{Section}CertificatePath", Pfx("first.pfx", "one")), ($"{Section}CertificatePassword", "one")]);
        var id = await relay.SubscribeAsync(new Uri("https://example.com/"), secret: Secret);

        (await StoredAsync(relay)).ShouldAllBe(xml => xml.Contains("encryptedSecret") && !xml.Contains("masterKey"));
        relay.Replica.Output.ShouldNotContain("unprotected");
        (await SecretAsync(relay, id, await relay.AddReplicaAsync())).ShouldBe(Secret);

        var (certificate, key) = Pem("second");
        relay.Environment[$"{Section}CertificatePath"] = certificate;
        relay.Environment[$"{Section}CertificatePassword"] = null;
        relay.Environment[$"{Section}KeyPath"] = key;
        relay.Environment[$"{Section}Older__0__CertificatePath"] = Path.Combine(_folder, "first.pfx");
        relay.Environment[$"{Section}Older__0__CertificatePassword"] = "one";
        (await SecretAsync(relay, id, await relay.AddReplicaAsync())).ShouldBe(Secret);
    }

    [Fact]
    public async Task Keys_of_a_time_without_a_certificate_are_put_under_it()
    {
        await using var broker = await TestServers.StartBrokerAsync();
        await using var relay = await RelaySystem.StartAsync(broker.ConnectionString, (await TestServers.PostgresAsync()).ConnectionString);
        var id = await relay.SubscribeAsync(new Uri("https://example.com/"), secret: Secret);
        (await StoredAsync(relay)).ShouldContain(xml => xml.Contains("masterKey"));
        relay.Replica.Output.ShouldContain("unprotected");

        relay.Environment[$"{Section}CertificatePath"] = Pfx("late.pfx", null);
        var protectedReplica = await relay.AddReplicaAsync();

        (await StoredAsync(relay)).ShouldAllBe(xml => xml.Contains("encryptedSecret") && !xml.Contains("masterKey"));
        (await SecretAsync(relay, id, protectedReplica)).ShouldBe(Secret);
        (await SecretAsync(relay, id, await relay.AddReplicaAsync())).ShouldBe(Secret);
    }

    [Fact]
    public async Task Keys_in_clear_outside_development_have_to_be_asked_for()
    {
        await using var relay = await ServiceProcess.StartAsync(
            "PilotHooks.Relay",
            new Dictionary<string, string?> { ["Gateway__Token"] = RelaySystem.GatewayToken, [$"{Section}AllowUnprotected"] = "false" },
            waitUntilHealthy: false);

        await Eventually.GetAsync(() => Task.FromResult(relay.HasExited), exited => exited);
        relay.ExitCode.ShouldNotBe(0);
        relay.Output.ShouldContain("Relay:KeyProtection:CertificatePath");
        relay.Output.ShouldContain("Relay:KeyProtection:AllowUnprotected");
    }

    [Theory]
    [InlineData("missing.pfx", null, "cannot be read")]
    [InlineData("good.pfx", "wrong", "cannot be read")]
    [InlineData("elliptic.pfx", null, "no RSA key")]
    [InlineData(null, "password", "CertificatePath is missing")]
    public async Task Certificate_that_cannot_be_used_is_told_at_the_start(string? file, string? password, string told)
    {
        Pfx("good.pfx", "right");
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            Save("elliptic.pfx", null, new CertificateRequest("CN=keys", key, HashAlgorithmName.SHA256));
        }

        await using var relay = await ServiceProcess.StartAsync(
            "PilotHooks.Relay",
            new Dictionary<string, string?>
            {
                ["Gateway__Token"] = RelaySystem.GatewayToken,
                [$"{Section}CertificatePath"] = file is null ? null : Path.Combine(_folder, file),
                [$"{Section}CertificatePassword"] = password,
            },
            waitUntilHealthy: false);

        (await Eventually.GetAsync(() => Task.FromResult(relay.HasExited), exited => exited)).ShouldBeTrue();
        relay.ExitCode.ShouldNotBe(0);
        relay.Output.ShouldContain("Relay:KeyProtection:CertificatePath");
        relay.Output.ShouldContain(told);
    }

    private static async Task<string?> SecretAsync(RelaySystem relay, string id, ServiceProcess replica)
        => (await relay.SendAsync(HttpMethod.Get, $"/internal/webhooks/{id}/secret", replica: replica)).GetProperty("secret").GetString();

    private static async Task<IReadOnlyList<string>> StoredAsync(RelaySystem relay)
    {
        await using var connection = await relay.Database.OpenConnectionAsync();
        return [.. await connection.QueryAsync<string>("SELECT xml FROM data_protection_keys")];
    }

    private string Pfx(string file, string? password)
    {
        using var key = RSA.Create(2048);
        return Save(file, password, new CertificateRequest("CN=keys", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private (string Certificate, string Key) Pem(string name)
    {
        using var key = RSA.Create(2048);
        using var certificate = SelfSigned(new CertificateRequest("CN=keys", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        var paths = (Path.Combine(_folder, $"{name}.pem"), Path.Combine(_folder, $"{name}.key"));
        File.WriteAllText(paths.Item1, certificate.ExportCertificatePem());
        File.WriteAllText(paths.Item2, key.ExportPkcs8PrivateKeyPem());
        return paths;
    }

    private string Save(string file, string? password, CertificateRequest request)
    {
        using var certificate = SelfSigned(request);
        var path = Path.Combine(_folder, file);
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pkcs12, password));
        return path;
    }

    private static X509Certificate2 SelfSigned(CertificateRequest request) => request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(1));
}
