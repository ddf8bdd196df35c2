using System.Text.Json.Nodes;

namespace PilotHooks.Messaging.Tests.Forms;

[Collection(MessagingCollection.Name)]
public sealed class FormTests(MessagingSystem system)
{
    [Fact]
    public async Task Submission_is_listed_with_its_fields_as_received()
    {
        var name = Events.Unique("name");
        var fields = $$"""{"form_id":"f1","fields":{"name":"{{name}}","odd":"a\u0000b\ud800","amount":1.10},"zebra":[1,{"a":null}]}""";
        await system.PostAsync($$$"""{"id":"evt_{{{name}}}","type":"form.submitted","created_at":1747147674,"data":{"object":{{{fields}}} } }""", "store");

        var page = await system.GetAsync("v1/forms?numberId=num_store&limit=200", found => found.Items().Any(item => item.Text("id") == $"evt_{name}"));
        var form = page.Items().Single(item => item.Text("id") == $"evt_{name}");
        form.Text("source").ShouldBe("store");
        form.Text("numberId").ShouldBe("num_store");
        form.Text("submittedAt").ShouldBe("2025-05-13T14:47:54.000Z");
        form.Text("eventId").ShouldNotBeNullOrEmpty();
        form["fields"]!["fields"]!.Text("name").ShouldBe(name);
        form["fields"]!["zebra"]!.Json().ShouldBe("""[1,{"a":null}]""");
        (await system.Api.GetStringAsync(new Uri("v1/forms?numberId=num_store&limit=200", UriKind.Relative))).ShouldContain(fields);
    }

    [Fact]
    public async Task Forms_are_paged_newest_first()
    {
        var tag = Events.Unique("page");
        for (var i = 1; i <= 3; i++)
        {
            await system.PostAsync(Events.Envelope("form.submitted", new { n = i }).Replace("evt_", $"evt_{tag}_{i}_", StringComparison.Ordinal).Replace("1747147674", $"{4_000_000_000 + i}", StringComparison.Ordinal), "platform");
        }

        await system.GetAsync("v1/forms?limit=3", page => page.Items().Count(item => item.Text("id")!.Contains(tag, StringComparison.Ordinal)) == 3);
        var ids = new List<string?>();
        JsonObject page = await system.GetAsync("v1/forms?limit=1");
        for (var i = 0; i < 3; i++)
        {
            ids.Add(page.Items().Single().Text("id"));
            page = await system.GetAsync($"v1/forms?limit=1&cursor={page.Text("next")}");
        }

        ids.Select(id => id!.Split('_')[3]).ShouldBe(["3", "2", "1"]);
    }
}
