using System.Text;
using Npgsql;
using PilotHooks.Messaging.Sending;
using PilotHooks.TestSupport;

namespace PilotHooks.Messaging.Tests.Sending;

public sealed class ProviderOptionsTests
{
    [Theory]
    [InlineData("https://provider.example", false, true)]
    [InlineData("http://provider.example", false, false)]
    [InlineData("http://provider.example", true, true)]
    [InlineData("http://10.0.0.8:8080", false, false)]
    [InlineData("http://127.0.0.1:5300", false, true)]
    [InlineData("http://localhost:5300", false, true)]
    public void Provider_of_another_machine_is_called_by_https_outside_development(string url, bool isDevelopment, bool isSafe)
    {
        new ProviderOptions { Url = new Uri(url) }.IsSafe(isDevelopment).ShouldBe(isSafe);
        new ProviderOptions { Url = new Uri(url), AllowHttp = true }.IsSafe(isDevelopment).ShouldBeTrue();
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("true", true)]
    public async Task Provider_is_called_through_the_environments_proxy_only_when_told(string? useProxy, bool isUsed)
    {
        await using var provider = new FakeProvider();
        await provider.StartAsync();
        await using var proxy = new FakeProvider();
        await proxy.StartAsync();
        var postgres = new NpgsqlConnectionStringBuilder((await TestServers.PostgresAsync()).ConnectionString) { Database = $"messaging_{Guid.NewGuid():N}" };
        await using var broker = await TestServers.StartBrokerAsync();
        await using var service = await ServiceProcess.StartAsync(
            "PilotHooks.Messaging",
            new Dictionary<string, string?>(MessagingSystem.Environment(broker.ConnectionString, postgres.ConnectionString, provider.Url))
            {
                ["HTTP_PROXY"] = proxy.Url.ToString(),
                ["Provider__UseProxy"] = useProxy,
            });
        service.Client.DefaultRequestHeaders.SetCaller(MessagingSystem.GatewayToken);

        using var answer = await service.Client.PostAsync(
            "v1/messages/send", new StringContent("""{"text":"by way of","destinationNumber":"+5511999999999"}""", Encoding.UTF8, "application/json"));

        answer.EnsureSuccessStatusCode();
        (proxy.Calls("by way of").Count, provider.Calls("by way of").Count).ShouldBe(isUsed ? (1, 0) : (0, 1));
    }
}
