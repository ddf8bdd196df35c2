using System.Net;
using PilotHooks.Console.Keys;
using PilotHooks.Console.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Keys;

[Collection(ConsoleCollection.Name)]
public sealed class ConfiguredKeyTests(ConsoleFixture fixture)
{
    [Theory]
    [InlineData("ps_0123456789abcdef0123456789abcdef", true)]
    [InlineData("ps_0123456789abcdef", false)]
    [InlineData("ps_hV7qP2mX9tR4wK8z", true)]
    [InlineData("ps_hV7qP2mX9tR4w", false)]
    [InlineData("ps_aaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("aaaa-aaaa-aaaa-aaaa-aaaa-aaaa", false)]
    [InlineData("12345678901234567890", false)]
    [InlineData("password", false)]
    [InlineData("ps_hV7qP2mX9tR4wK8z,ps_Zx8Lq3Vn6Bt1Yw5k", true)]
    [InlineData("ps_hV7qP2mX9tR4wK8z,", false)]
    [InlineData("ps_hV7qP2mX9tR4wK8z,short", false)]
    public void Configured_keys_have_room_for_128_bits(string keys, bool strong)
        => ApiKeyOptions.AreStrong(new ApiKeyOptions { ApiKey = keys }).ShouldBe(strong);

    [Fact]
    public async Task Weak_key_is_refused_at_the_start_and_not_told()
    {
        await using var console = await ConsoleProcess.StartAsync("amqp://nowhere", "Host=nowhere", "none", more: new Dictionary<string, string?> { ["ApiKey"] = "ps_weak-weak" }, waitUntilHealthy: false);

        await Eventually.GetAsync(() => Task.FromResult(console.HasExited), exited => exited);
        console.ExitCode.ShouldNotBe(0);
        console.Output.ShouldContain("128 bits");
        console.Output.ShouldNotContain("ps_weak-weak");
    }

    [Fact]
    public async Task Both_configured_keys_work_while_one_replaces_the_other()
    {
        const string Next = "ps_the-key-that-comes-next";
        await using var console = await ConsoleProcess.StartAsync(
            (await TestServers.BrokerAsync()).ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, fixture.Database,
            more: new Dictionary<string, string?> { ["ApiKey"] = $"{Next}, {ConsoleProcess.TenantKey}" });

        foreach (var (key, status) in new[] { (Next, HttpStatusCode.OK), (ConsoleProcess.TenantKey, HttpStatusCode.OK), ($"{Next}, {ConsoleProcess.TenantKey}", HttpStatusCode.Unauthorized) })
        {
            using var client = console.ClientWith(key);
            (await client.GetAsync("/v1/api-keys")).StatusCode.ShouldBe(status);
        }
    }
}
