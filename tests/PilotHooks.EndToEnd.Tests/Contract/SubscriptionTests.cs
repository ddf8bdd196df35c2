using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using PilotHooks.EndToEnd.Tests.Events;
using PilotHooks.TestSupport;
using Subscriber = PilotHooks.TestSupport.Subscriber;

namespace PilotHooks.EndToEnd.Tests.Contract;

/// <summary>What subscribers receive is what the OpenAPI document says of each format.</summary>
[Collection(SubscribedCollection.Name)]
public sealed class SubscriptionTests(SubscribedSystem fixture) : IAsyncLifetime
{
    private readonly RunningSystem _system = fixture.System;
    private readonly List<string> _endpoints = [];
    private Subscriber _subscribers = null!;

    public async Task InitializeAsync() => _subscribers = await Subscriber.StartAsync();

    public async Task DisposeAsync()
    {
        foreach (var id in _endpoints)
        {
            (await _system.AskAsync(HttpMethod.Delete, $"v1/webhooks/{id}")).Dispose();
        }

        await _subscribers.DisposeAsync();
    }

    [Fact]
    public async Task Deliveries_of_every_format_are_as_the_document_says()
    {
        var api = await DocumentedApi.ReadAsync(_system.SendAsync);
        var targets = new Dictionary<string, Uri>();
        foreach (var (format, _) in api.Document["webhooks"]!.AsObject())
        {
            targets[format] = _subscribers.Add(HttpStatusCode.OK);
            var endpoint = new { url = targets[format], name = format, events = new[] { "*" }, format };
            var made = await api.CallAsync("createWebhook", "v1/webhooks", endpoint, status: 201);
            _endpoints.Add(made.GetProperty("id").GetString()!);
        }

        var every = new EveryEvent();
        await Task.WhenAll(every.Whatsapp.Select(body => _system.PostAsync(body)).Concat(every.Platform.Select(body => _system.PostAsync(body, "platform"))));

        var all = every.Whatsapp.Count() + every.Platform.Count();
        foreach (var (format, target) in targets)
        {
            var received = await Eventually.GetAsync(() => Task.FromResult(_subscribers.Received(target)), requests => requests.Count >= all);
            received.SelectMany(request => Faults(api.Document, format, request)).ShouldBeEmpty(format);
        }
    }

    private static IEnumerable<string> Faults(JsonObject document, string format, ReceivedRequest request)
    {
        var documented = document["webhooks"]![format]!["post"]!;
        var body = DocumentedSchema.Of(document, documented["requestBody"]!["content"]!["application/json"]!["schema"]!).Faults(request.Text);
        var headers = documented["parameters"]!.AsArray().SelectMany(header
            => request.Headers.TryGetValue(header!["name"]!.GetValue<string>(), out var value)
                ? DocumentedSchema.Of(document, header["schema"]!).Faults(JsonSerializer.Serialize(value))
                : [$"{header["name"]} is missing"]);
        return [.. body, .. headers];
    }
}
