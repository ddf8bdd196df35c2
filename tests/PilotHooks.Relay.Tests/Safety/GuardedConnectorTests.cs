using System.Net;
using System.Net.Sockets;
using PilotHooks.Relay.Deliveries;
using PilotHooks.Relay.Safety;
using PilotHooks.TestSupport;

namespace PilotHooks.Relay.Tests.Safety;

public sealed class GuardedConnectorTests
{
    /// <summary>The name is resolved by the connection itself, so what it stands for is what is judged.</summary>
    [Theory]
    [InlineData("localhost")]
    [InlineData("127.0.0.1")]
    public async Task Connection_to_a_private_address_is_refused_whatever_it_is_called(string host)
    {
        await using var subscriber = await Subscriber.StartAsync();
        var url = new UriBuilder(subscriber.Add()) { Host = host }.Uri;
        using var http = new HttpClient(GuardedConnector.CreateHandler(allowPrivate: false));

        var exception = await Should.ThrowAsync<HttpRequestException>(() => http.PostAsync(url, new StringContent("{}")));

        var refused = exception.InnerException.ShouldBeOfType<AddressRefusedException>();
        // Its owner reads what is said of a name that nobody knows, too; the operator reads why.
        refused.Message.ShouldBe(AttemptErrors.Of(SocketError.HostNotFound));
        refused.Reason.ShouldBe("loopback");
        var path = url.AbsolutePath;
        subscriber.Received(new Uri(subscriber.Address, path)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("127.0.0.0/8", null)]
    [InlineData("127.0.0.1", null)]
    [InlineData(null, 443)]
    public async Task Connection_to_what_the_operator_denies_is_refused_where_private_addresses_are_allowed(string? network, int? port)
    {
        await using var subscriber = await Subscriber.StartAsync();
        var limits = new TargetLimits(network is null ? [] : [TargetLimits.ParseNetwork(network)!.Value], port is null ? [] : [port.Value]);
        using var http = new HttpClient(GuardedConnector.CreateHandler(allowPrivate: true, limits: limits));
        var url = subscriber.Add();

        var exception = await Should.ThrowAsync<HttpRequestException>(() => http.PostAsync(url, new StringContent("{}")));

        exception.InnerException.ShouldBeOfType<AddressRefusedException>();
        subscriber.Received(url).ShouldBeEmpty();
    }

    [Fact]
    public async Task Connection_is_made_where_private_addresses_are_allowed()
    {
        await using var subscriber = await Subscriber.StartAsync();
        using var http = new HttpClient(GuardedConnector.CreateHandler(allowPrivate: true));

        (await http.PostAsync(subscriber.Add(), new StringContent("{}"))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
