using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;
using PilotHooks.TestSupport;

namespace PilotHooks.Messaging.Tests.Sending;

public sealed class UnreachableProviderTests
{
    [Fact]
    public async Task Send_says_that_nothing_was_sent_and_its_key_works_once_the_provider_is_there()
    {
        await using var provider = new FakeProvider();
        var address = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        var postgres = new NpgsqlConnectionStringBuilder((await TestServers.PostgresAsync()).ConnectionString) { Database = $"messaging_{Guid.NewGuid():N}" };
        // Of its own: on the shared one this replica, with another database, would take a share of the others' events.
        await using var broker = await TestServers.StartBrokerAsync();
        await using var service = await ServiceProcess.StartAsync(
            "PilotHooks.Messaging", MessagingSystem.Environment(broker.ConnectionString, postgres.ConnectionString, address));
        service.Client.DefaultRequestHeaders.SetCaller(MessagingSystem.GatewayToken);
        service.Client.DefaultRequestHeaders.Add("Idempotency-Key", "one");
        var body = new { text = "x", destinationNumber = "+5511999999999" };

        using var refused = await service.Client.PostAsJsonAsync("v1/messages/send", body);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        (await refused.Content.ReadFromJsonAsync<JsonObject>())!.Text("detail")!.ShouldContain("nothing was sent");

        await provider.StartAsync(address);
        using var accepted = await service.Client.PostAsJsonAsync("v1/messages/send", body);
        accepted.StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }
}
