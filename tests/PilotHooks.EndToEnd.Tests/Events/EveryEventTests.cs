namespace PilotHooks.EndToEnd.Tests.Events;

[Collection(SubscribedCollection.Name)]
public sealed class EveryEventTests(SubscribedSystem system)
{
    [Fact]
    public async Task Every_kind_of_event_of_the_providers_is_told_by_the_api()
    {
        var backbone = system.Backbone;
        var every = new EveryEvent();

        await Task.WhenAll([.. every.Whatsapp.Select(body => backbone.PostAsync(body)), .. every.Platform.Select(body => backbone.PostAsync(body, "platform"))]);

        await every.ShouldBeToldAsync(backbone.ReadAsync);
        (await backbone.ReadAllAsync("v1/dead-letters")).ShouldBeEmpty();
    }
}
