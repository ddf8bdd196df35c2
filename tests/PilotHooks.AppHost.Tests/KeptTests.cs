namespace PilotHooks.AppHost.Tests;

public sealed class KeptTests : IDisposable
{
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("pilothooks-kept-").FullName, "data");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public void A_secret_is_made_once_and_kept_over_runs()
    {
        var made = Open().GetOrMake("api-key", Kept.NewApiKey);

        Open().GetOrMake("api-key", Kept.NewApiKey).ShouldBe(made);
        made.ShouldStartWith("ps_");
    }

    [Fact]
    public void Only_its_owner_can_read_what_is_kept()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Open().GetOrMake("api-key", Kept.NewApiKey);

        File.GetUnixFileMode(Path.Combine(_folder, "kept.json")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void A_port_stays_as_long_as_it_is_free()
    {
        var port = Open().Port("redis");
        Open().Port("redis").ShouldBe(port);

        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, port);
        taken.Start();

        Open().Port("redis").ShouldNotBe(port);
    }

    [Fact]
    public void A_damaged_file_is_left_as_it_is()
    {
        Directory.CreateDirectory(_folder);
        var file = Path.Combine(_folder, "kept.json");
        File.WriteAllText(file, "{\"api-key\":");

        Kept.In(_folder).ShouldBeNull();
        File.ReadAllText(file).ShouldBe("{\"api-key\":");
    }

    [Fact]
    public void A_made_platform_secret_is_one_that_standard_webhooks_libraries_take()
        => Convert.FromBase64String(Kept.NewWebhookSecret()["whsec_".Length..]).Length.ShouldBe(32);

    private Kept Open() => Kept.In(_folder).ShouldNotBeNull();
}
