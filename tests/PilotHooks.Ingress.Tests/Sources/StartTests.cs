using PilotHooks.TestSupport;

namespace PilotHooks.Ingress.Tests.Sources;

/// <summary>What the ingress says of its sources when it starts, and when it does not.</summary>
public class StartTests
{
    private const string Secret = "whsec_of-enough-bytes-for-a-start";

    [Fact]
    public async Task Start_outside_development_is_refused_while_a_source_says_not_who_may_post()
    {
        await using var ingress = await StartAsync(("ASPNETCORE_ENVIRONMENT", "Production"));

        ingress.ExitCode.ShouldNotBe(0);
        ingress.Output.ShouldContain("Sources:platform:Secrets:0");
        ingress.Output.ShouldContain("Sources__whatsapp__Authentication=query-token");
        ingress.Output.ShouldContain("/hooks/whatsapp?token=");
    }

    [Fact]
    public async Task Start_in_development_is_refused_with_a_misspelt_setting()
    {
        await using var ingress = await StartAsync(
            ("ASPNETCORE_ENVIRONMENT", "Development"), ("Sources__platform__Secrets", Secret), ("Sources__whatsapp__Authentification", "hmac"));

        ingress.ExitCode.ShouldNotBe(0);
        ingress.Output.ShouldContain("Sources:whatsapp:Authentification is no setting of a source");
        ingress.Output.ShouldNotContain(Secret);
    }

    [Theory]
    [InlineData("Limits__Connections", "0")]
    [InlineData("Limits__BodyDeadline", "00:00:00")]
    [InlineData("Limits__UnverifiedBytes", "1000")]
    public async Task Start_is_refused_with_a_limit_that_could_not_work(string name, string value)
    {
        await using var ingress = await StartAsync(("Sources__platform__Secrets", Secret), ("Sources__whatsapp__Authentication", "none"), (name, value));

        ingress.ExitCode.ShouldNotBe(0);
        ingress.Output.ShouldContain(name.Split("__")[1]);
    }

    [Fact]
    public async Task Open_source_is_warned_of()
    {
        var (broker, redis) = (await TestServers.BrokerAsync(), await TestServers.RedisAsync());
        await using var ingress = await IngressFixture.StartAsync(broker.ConnectionString, redis.ConnectionString);

        await Eventually.GetAsync(() => Task.FromResult(ingress.Output), output => output.Contains("POST /hooks/platform", StringComparison.Ordinal));
        ingress.Output.ShouldMatch(@"warn: [^\n]*\n\s+POST /hooks/whatsapp takes PilotStatus events from anyone");
        ingress.Output.ShouldMatch(@"info: [^\n]*\n\s+POST /hooks/platform takes Platform events with Hmac, 2 secret");
    }

    /// <summary>Starts what is refused before any server is asked for, and waits until it has ended.</summary>
    private static async Task<ServiceProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        var environment = settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value);
        environment["ConnectionStrings__broker"] = "amqp://127.0.0.1:9";
        environment["ConnectionStrings__redis"] = "127.0.0.1:9";
        var ingress = await ServiceProcess.StartAsync("PilotHooks.Ingress", environment, waitUntilHealthy: false);
        await Eventually.GetAsync(() => Task.FromResult(ingress.HasExited), exited => exited);
        return ingress;
    }
}
