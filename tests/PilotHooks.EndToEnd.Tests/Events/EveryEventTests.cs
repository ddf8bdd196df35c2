namespace PilotHooks.EndToEnd.Tests.Events;

[Collection(SubscribedCollection.Name)]
public sealed class EveryEventTests(SubscribedSystem fixture)
{
    [Fact]
    public async Task Every_kind_of_event_of_the_providers_is_told_by_the_api()
    {
        var system = fixture.System;
        var every = new EveryEvent();
        var before = await system.ReadAllAsync("v1/dead-letters");

        await Task.WhenAll([.. every.Whatsapp.Select(body => system.PostAsync(body)), .. every.Platform.Select(body => system.PostAsync(body, "platform"))]);

        await every.ShouldBeToldAsync(system.ReadAsync);
        (await system.ReadAllAsync("v1/dead-letters")).Count.ShouldBe(before.Count);
    }
}
