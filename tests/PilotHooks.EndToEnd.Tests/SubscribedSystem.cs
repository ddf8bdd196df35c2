using System.Net.Http.Json;
using PilotHooks.EndToEnd.Tests.Journeys;

namespace PilotHooks.EndToEnd.Tests;

/// <summary>The whole system with a subscriber to everything, for tests that leave it whole and look at their own events only.</summary>
public sealed class SubscribedSystem : IAsyncLifetime
{
    public Backbone Backbone { get; private set; } = null!;

    internal Subscriber Subscriber { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Backbone = await Backbone.StartAsync(environment: new Dictionary<string, string?> { ["Relay__AllowPrivateEndpoints"] = "true" });
        Subscriber = await Subscriber.StartAsync();
        await SendAsync("v1/webhooks", new { url = Subscriber.Address, name = "All", events = new[] { "*" } });
    }

    public async Task DisposeAsync()
    {
        await Backbone.DisposeAsync();
        await Subscriber.DisposeAsync();
    }

    /// <summary>Posts to the API with the tenant's key.</summary>
    public async Task SendAsync(string path, object? body = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("x-api-key", Backbone.ApiKey);
        using var answer = await Backbone.Console.Client.SendAsync(request);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }
}

[CollectionDefinition(Name)]
public sealed class SubscribedCollection : ICollectionFixture<SubscribedSystem>
{
    public const string Name = "A subscribed system";
}
