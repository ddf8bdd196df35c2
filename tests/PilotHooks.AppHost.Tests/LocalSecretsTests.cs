namespace PilotHooks.AppHost.Tests;

public sealed class LocalSecretsTests : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("pilothooks-secrets-").FullName, "data");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public void A_secret_is_made_once_and_kept_over_runs()
    {
        var made = Open().GetOrMake("api-key", LocalSecrets.NewApiKey);

        Open().GetOrMake("api-key", LocalSecrets.NewApiKey).ShouldBe(made);
        made.ShouldStartWith("ps_");
    }

    [Fact]
    public void Only_its_owner_can_read_what_is_kept()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Open().GetOrMake("api-key", LocalSecrets.NewApiKey);

        File.GetUnixFileMode(Path.Combine(_folder, "secrets", "api-key")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void Secrets_of_the_former_version_are_taken_over()
    {
        Directory.CreateDirectory(_folder);
        File.WriteAllText(Path.Combine(_folder, "kept.json"), """{ "api-key": "ps_former" }""");

        Open().GetOrMake("api-key", LocalSecrets.NewApiKey).ShouldBe("ps_former");
    }

    [Fact]
    public void A_made_platform_secret_is_one_that_standard_webhooks_libraries_take()
        => Convert.FromBase64String(LocalSecrets.NewWebhookSecret()["whsec_".Length..]).Length.ShouldBe(32);

    private LocalSecrets Open() => new(_folder);
}
