namespace PilotHooks.EndToEnd.Tests.Events;

public sealed class EveryEventTests
{
    [Fact]
    public async Task Every_kind_of_event_of_the_providers_is_told_by_the_api()
    {
        await using var backbone = await Backbone.StartAsync();
        var every = new EveryEvent();

        await Task.WhenAll([.. every.Whatsapp.Select(body => backbone.PostAsync(body)), .. every.Platform.Select(body => backbone.PostAsync(body, "platform"))]);

        await every.ShouldBeToldAsync(backbone.ReadAsync);
        (await backbone.ReadAllAsync("v1/dead-letters")).ShouldBeEmpty();
    }
}
