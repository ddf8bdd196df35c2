using System.Text;
using System.Text.Json.Nodes;
using PilotHooks.Relay.Formats;

namespace PilotHooks.OpenApi.Tests.Document;

/// <summary>What subscribers receive, in each format that an endpoint can choose. The relay itself writes the examples.</summary>
internal static class Subscriptions
{
    private static readonly Guid EventId = new("6f9619ff-8b86-5011-b42d-00c04fc964ff");
    private static readonly DateTimeOffset OccurredAt = new(2026, 2, 24, 15, 0, 6, TimeSpan.Zero);

    public static JsonObject Describe()
    {
        var facts = Facts.Read("webhooks.json");
        var formats = facts["formats"]!.AsObject();
        formats.Select(format => format.Key).ShouldBe(WebhookFormats.All);
        return Members(formats.Select(format => (format.Key, new JsonObject { ["post"] = Describe(format.Key, format.Value!.AsObject(), facts) })));
    }

    private static JsonObject Describe(string format, JsonObject facts, JsonObject all) => new()
    {
        ["summary"] = facts["summary"]!.DeepClone(),
        ["description"] = facts["description"]!.DeepClone(),
        ["operationId"] = $"on-{format}",
        ["parameters"] = all["headers"]!.DeepClone(),
        ["requestBody"] = new JsonObject
        {
            ["required"] = true,
            ["content"] = new JsonObject
            {
                ["application/json"] = new JsonObject
                {
                    ["schema"] = facts["schema"]!.DeepClone(),
                    ["examples"] = Members(facts["events"]!.AsArray().Select(name => name!.GetValue<string>())
                        .Select(name => (name, Example(format, name, all["bodies"]![name]!)))),
                },
            },
        },
        ["responses"] = new JsonObject
        {
            ["2XX"] = new JsonObject { ["description"] = "The delivery succeeded, whatever the body of the answer." },
            ["410"] = new JsonObject { ["description"] = "The endpoint is paused, and the delivery failed." },
            ["default"] = new JsonObject
            {
                ["description"] = "The attempt failed, redirects included, and another one follows. `Retry-After` on 429 and 503 is kept to, up to an hour.",
            },
        },
        ["security"] = new JsonArray(),
    };

    private static JsonObject Example(string format, string name, JsonNode body)
    {
        var relayed = new RelayedEvent(EventId, name, "cmm0abc123", OccurredAt, Encoding.UTF8.GetBytes(body.ToJsonString()));
        return new JsonObject { ["summary"] = name, ["value"] = JsonNode.Parse(WebhookFormats.Render(format, relayed).Span) };
    }

    private static JsonObject Members(IEnumerable<(string Name, JsonObject Value)> members)
        => new(members.Select(member => KeyValuePair.Create(member.Name, (JsonNode?)member.Value)));
}
