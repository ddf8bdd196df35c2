using System.Net;
using Microsoft.AspNetCore.Http;
using PilotHooks.TestSupport;

namespace PilotHooks.EndToEnd.Tests.Tracing;

/// <summary>What nobody may see.</summary>
[Collection(ObservedCollection.Name)]
public sealed class SecrecyTests(ObservedSystem system)
{
    private const string Token = "token-in-an-address";

    [Fact]
    public async Task No_body_token_secret_or_phone_number_is_exported_of_any_kind_of_event()
    {
        var events = new PrivateEvents();
        var phone = PrivateEvents.Phones[0];
        var failing = system.Subscriber.Add(HttpStatusCode.InternalServerError, PrivateEvents.Words);
        var healthy = system.Subscriber.Add((context, _) => context.Response.WriteAsync(PrivateEvents.Words));
        foreach (var url in new[] { failing, healthy, new Uri($"http://127.0.0.1:{FreePort.Next()}/{Token}") })
        {
            await system.SubscribeAsync(new Uri($"{url}?key={Token}"), events.NumberId);
        }

        foreach (var body in events.Whatsapp.Concat(events.Odd))
        {
            await system.PostAsync(body);
            await system.PostAsync(body, $"whatsapp?token={Token}");
            await system.PostAsync(body, $"%2B{phone}");
        }

        foreach (var body in events.Platform)
        {
            (await system.PostAsync(body, "platform")).ShouldBe(HttpStatusCode.OK);
            (await system.PostAsync(body, $"platform?token={Token}")).ShouldBe(HttpStatusCode.Unauthorized);
        }

        foreach (var path in new[] { $"messages?contact=%2B{phone}", $"conversations/{events.NumberId}/%2B{phone}", $"calls?contact=%2B{phone}", $"calls/permissions/%2B{phone}", $"calls/permissions/%2B{phone}?key={Token}", $"nothing/%2B{phone}" })
        {
            await system.CallAsync(HttpMethod.Get, $"v1/{path}");
        }

        await system.CallAsync(HttpMethod.Post, "v1/messages/send", new { text = PrivateEvents.Words, destinationNumber = $"+{phone}", numberId = events.NumberId });
        await Eventually.GetAsync(() => system.CallAsync(HttpMethod.Get, events.Merged), answer => answer.Status == HttpStatusCode.OK);
        // Of every event with a number one was delivered, and one was refused.
        await Eventually.GetAsync(
            () => Task.FromResult(Math.Min(system.Subscriber.Received(healthy).Count, system.Subscriber.Received(failing).Count)),
            received => received >= 10);
        await system.ExportedAsync(3);

        foreach (var secret in new[] { phone, PrivateEvents.Phones[1], PrivateEvents.Words, Token, ObservedSystem.ApiKey, ObservedSystem.PlatformSecret, ObservedSystem.EndpointSecret, ObservedSystem.GatewayToken, system.BrokerPassword })
        {
            system.Receiver.Find(secret).ShouldBeNull();
            system.Output.ShouldNotContain(secret);
        }

        // And there was something to look through, of each service and of each signal.
        system.Receiver.Spans.Select(span => span.Service.Name).Distinct().ShouldBe(ObservedSystem.Services, ignoreOrder: true);
        system.Receiver.Metrics.ShouldContain(metric => metric.Name.StartsWith("pilothooks.ingress", StringComparison.Ordinal));
        system.Receiver.Logs.ShouldContain(log => log.Body.StartsWith("Refused with", StringComparison.Ordinal));
    }
}
