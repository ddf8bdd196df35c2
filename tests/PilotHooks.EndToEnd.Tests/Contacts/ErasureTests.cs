using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using PilotHooks.TestSupport;
using RabbitMQ.Client;
using Subscriber = PilotHooks.TestSupport.Subscriber;

namespace PilotHooks.EndToEnd.Tests.Contacts;

[Collection(SubscribedCollection.Name)]
public sealed class ErasureTests(SubscribedSystem fixture) : IAsyncLifetime
{
    private readonly RunningSystem _system = fixture.System;
    private readonly Person _ana = new();
    private readonly Person _bruno = new();
    private Subscriber _subscribers = null!;
    private string _webhook = "";

    public async Task InitializeAsync()
    {
        _subscribers = await Subscriber.StartAsync();
        // One that tells everything it is told, and fails at first, so that attempts are rows as well.
        Uri echo = null!;
        echo = _subscribers.Add(async (context, count) =>
        {
            context.Response.StatusCode = count % 3 == 0 ? 500 : 200;
            await context.Response.Body.WriteAsync(_subscribers.Received(echo)[count - 1].Body);
        });
        using var made = await _system.AskAsync(HttpMethod.Post, "v1/webhooks", new { url = echo, name = "Echo", events = new[] { "*", "message.*", "call.*", "number.*" } });
        _webhook = (await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    public async Task DisposeAsync()
    {
        (await _system.AskAsync(HttpMethod.Delete, $"v1/webhooks/{_webhook}")).Dispose();
        await _subscribers.DisposeAsync();
    }

    [Fact]
    public async Task Person_is_gone_from_every_table_and_does_not_come_back_while_the_others_stay()
    {
        await PostAsync(_ana, 0);
        await PostAsync(_bruno, 0);
        await _system.PostAsync(_ana.AnsweredInGroupBy(_bruno));
        await _system.PostAsync(_bruno.AnsweredInGroupBy(_ana));
        await FailAsync(_ana);
        await FailAsync(_bruno);
        await Eventually.GetAsync(() => MissingAsync(_ana, 0), missing => missing.Length == 0);
        await Eventually.GetAsync(() => MissingAsync(_bruno, 0), missing => missing.Length == 0);
        var others = await RowsOfAsync(_bruno);

        // What is exported is what goes.
        var export = await ExportAsync(_ana);
        export.ShouldContain(_ana.Words);
        export.ShouldNotContain(_bruno.Digits);
        using (var summary = await _system.AskAsync(HttpMethod.Get, $"v1/contacts/{Uri.EscapeDataString(_ana.Phone)}"))
        {
            var known = await summary.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
            known.GetProperty("names").EnumerateArray().Select(name => name.GetString()).ShouldContain(_ana.Name);
            known.GetProperty("counts").GetProperty("messages").GetInt64().ShouldBeGreaterThan(3);
        }

        var erased = await EraseAsync($"+55 (21) {_ana.Digits[4..9]}-{_ana.Digits[9..]}");

        foreach (var service in new[] { "messaging", "numbers", "calls", "relay", "console" })
        {
            erased.GetProperty(service).GetInt64().ShouldBePositive(service);
        }

        (await Dump.FindAsync(_system, _ana.Traces)).ShouldBeEmpty();
        (await _system.AskAsync(HttpMethod.Get, $"v1/contacts/{_ana.Digits}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        // The others, and the places of what was written in the group.
        (await RowsOfAsync(_bruno)).ShouldBe(others);
        await ShouldStayAsync();

        // Late events that nobody has seen, and others' quotes.
        await PostAsync(_ana, 1);
        await _system.PostAsync(_ana.AnsweredInGroupBy(_bruno, 1));
        await PostAsync(_bruno, 1);
        await Eventually.GetAsync(() => MissingAsync(_bruno, 1), missing => missing.Length == 0);
        (await Dump.FindAsync(_system, [_ana.Digits, _ana.Name])).ShouldBeEmpty();

        // Somebody who writes again is somebody new.
        var now = DateTime.UtcNow.AddMinutes(1).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
        await PostAsync(_ana, 2, now);
        await Eventually.GetAsync(() => _system.ReadAsync($"v1/messages/{_ana.Id("in", 2)}"), found => found is not null);
        await Eventually.GetAsync(() => MissingAsync(_ana, 2), missing => missing.Length == 0);

        await EraseAsync($"{_ana.Digits}@s.whatsapp.net");
        (await Dump.FindAsync(_system, [_ana.Digits, _ana.Name])).ShouldBeEmpty();
    }

    /// <summary>How many there are in each table, but for those that grow with every retry.</summary>
    private async Task<Dictionary<string, int>> RowsOfAsync(Person person)
        => (await Dump.FindAsync(_system, [person.Digits])).CountBy(row => row.Split(':')[0])
            .Where(table => table.Key is not ("relay.attempts" or "relay.deliveries")).OrderBy(table => table.Key, StringComparer.Ordinal).ToDictionary();

    private async Task ShouldStayAsync()
    {
        var written = (await _system.ReadAsync($"v1/messages/{_ana.Id("group")}"))!.Value;
        written.GetProperty("from").ValueKind.ShouldBe(JsonValueKind.Null);
        written.GetProperty("content").ValueKind.ShouldBe(JsonValueKind.Null);
        written.GetProperty("group").GetProperty("name").GetString().ShouldBe("The group");
        var answer = (await _system.ReadAsync($"v1/messages/{_ana.AnswerId(_bruno)}"))!.Value;
        answer.GetProperty("content").GetString().ShouldBe(_bruno.Words);
        answer.GetProperty("inReplyTo").GetProperty("content").ValueKind.ShouldBe(JsonValueKind.Null);
        (await _system.ReadAsync($"v1/messages/{_bruno.Id("in")}"))!.Value.GetProperty("from").GetString().ShouldBe(_bruno.Phone);
        (await _system.ReadAsync($"v1/calls/call-{_bruno.Id("call")}"))!.Value.GetProperty("signals").GetInt32().ShouldBe(2);
        (await _system.AskAsync(HttpMethod.Get, $"v1/messages/{_ana.Id("in")}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _system.AskAsync(HttpMethod.Get, $"v1/calls/call-{_ana.Id("call")}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private Task PostAsync(Person person, int time, string at = "2026-02-24T15:00")
        => Task.WhenAll([.. person.Whatsapp(time, at).Select(body => _system.PostAsync(body)), .. person.Platform(time, at).Select(body => _system.PostAsync(body, "platform"))]);

    /// <summary>A request that is refused, a message that no consumer took, and one that no table takes.</summary>
    private async Task FailAsync(Person person)
    {
        var body = Encoding.UTF8.GetBytes(person.Whatsapp(9).First());
        (await _system.PostOnceAsync(Encoding.UTF8.GetString(body), "nobody")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await using var connection = await new ConnectionFactory { Uri = new Uri(await _system.Resources.ConnectionStringAsync("broker")) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.BasicPublishAsync("", "messaging-inbound_error", mandatory: true, new BasicProperties { MessageId = $"{Guid.NewGuid()}" }, body);
        await channel.BasicPublishAsync("", "messaging-inbound_error", mandatory: true, new BasicProperties { MessageId = "poi\0son" }, body);
    }

    /// <summary>What was sent of the person and has not arrived where it belongs.</summary>
    private async Task<string> MissingAsync(Person person, int time)
    {
        var tables = (await Dump.FindAsync(_system, [person.Digits, person.Words])).CountBy(row => row.Split(':')[0]).ToDictionary();
        (string Table, int Rows)[] expected =
        [
            ("messaging.messages", time == 0 ? 10 : 8), ("messaging.forms", 2), ("messaging.message_revisions", 1), ("calls.call_events", 6), ("calls.call_permissions", 1),
            ("numbers.number_events", 1), ("relay.events", time == 0 ? 23 : 21), ("relay.attempts", 3),
            ("console.dead_letters", time == 0 ? 1 : 0), ("relay.refused_requests", time == 0 ? 1 : 0),
        ];
        var missing = expected.Where(of => tables.GetValueOrDefault(of.Table) < of.Rows).Select(of => $"{of.Table}: {tables.GetValueOrDefault(of.Table)} of {of.Rows}");
        var unread = new List<string>();
        foreach (var path in new[] { $"v1/messages/{person.Id("news", time)}", $"v1/calls/missed-{person.Id("call", time)}" })
        {
            if (await _system.ReadAsync(path) is null)
            {
                unread.Add(path);
            }
        }

        return string.Join("; ", missing.Concat(unread));
    }

    private async Task<JsonElement> EraseAsync(string contact)
    {
        using var answer = await _system.AskAsync(HttpMethod.Delete, $"v1/contacts/{Uri.EscapeDataString(contact)}");
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        var erasure = await answer.Content.ReadFromJsonAsync<JsonElement>();
        if (answer.Headers.Location is { } location)
        {
            erasure = (await Eventually.GetAsync(() => _system.ReadAsync(location.ToString().TrimStart('/')), state => state!.Value.GetProperty("finishedAt").ValueKind == JsonValueKind.String))!.Value;
        }

        erasure.GetProperty("waiting").GetArrayLength().ShouldBe(0);
        return erasure.GetProperty("erased");
    }

    private async Task<string> ExportAsync(Person person)
    {
        using var answer = await _system.AskAsync(HttpMethod.Get, $"v1/contacts/{person.Digits}/export");
        var text = await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
        using var parsed = JsonDocument.Parse(text);
        parsed.RootElement.GetProperty("messaging").GetProperty("messages").GetArrayLength().ShouldBeGreaterThan(5);
        parsed.RootElement.GetProperty("messaging").GetProperty("forms").GetArrayLength().ShouldBe(2);
        parsed.RootElement.GetProperty("calls").GetProperty("calls").GetArrayLength().ShouldBe(2);
        parsed.RootElement.GetProperty("relay").GetProperty("events").GetArrayLength().ShouldBeGreaterThan(18);
        parsed.RootElement.GetProperty("relay").GetProperty("refusedRequests").GetArrayLength().ShouldBe(1);
        parsed.RootElement.GetProperty("console").GetProperty("deadLetters").GetArrayLength().ShouldBeGreaterThanOrEqualTo(1);
        return text;
    }
}
