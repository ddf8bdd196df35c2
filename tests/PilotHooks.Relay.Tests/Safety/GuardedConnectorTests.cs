using System.Net;
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

        exception.InnerException.ShouldBeOfType<AddressRefusedException>().Message.ShouldContain("loopback");
        var path = url.AbsolutePath;
        subscriber.Received(new Uri(subscriber.Address, path)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Connection_is_made_where_private_addresses_are_allowed()
    {
        await using var subscriber = await Subscriber.StartAsync();
        using var http = new HttpClient(GuardedConnector.CreateHandler(allowPrivate: true));

        (await http.PostAsync(subscriber.Add(), new StringContent("{}"))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
