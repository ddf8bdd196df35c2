using System.Globalization;
using PilotHooks.TestSupport;

namespace PilotHooks.EndToEnd.Tests.Faults;

/// <summary>
/// Events of one number whose outcome is known beforehand: what is posted, in any order and some of it twice, and what
/// the API has to say of it in the end. Neither one more nor one less.
/// </summary>
internal sealed class Ledger
{
    private const int Messages = 60;
    private const int Flaps = 30;
    private const int Calls = 30;
    private static readonly DateTimeOffset Start = DateTimeOffset.UtcNow.AddMinutes(-30);

    private readonly string _number = $"num_{Guid.NewGuid():N}";

    public Ledger()
    {
        var events = new List<string>();
        for (var i = 0; i < Messages; i++)
        {
            foreach (var step in Steps(i))
            {
                events.Add(Message(step, $"out{i}", i, step == "message.failed" ? "\"error\":\"no\",\"errorCode\":\"DELIVER_NOT_CONFIRMED\"," : ""));
            }

            events.Add(Message("message.reply", $"in{i}", i, $"\"quotedMessageId\":\"wa{_number}out{i}\",\"content\":\"yes\","));
        }

        for (var i = 0; i < Flaps; i++)
        {
            events.Add($$"""{"event":"number.{{(i % 2 == 0 ? "connected" : "disconnected")}}","data":{"numberId":"{{_number}}","phone":"+5511888880000","displayName":"Shop","createdAt":"{{At(i)}}"} }""");
        }

        for (var i = 0; i < Calls; i++)
        {
            foreach (var (name, status) in new[] { ("ringing", "RINGING"), ("connected", "ACCEPTED"), ("ended", "COMPLETED") })
            {
                events.Add($$"""{"event":"call.{{name}}","callId":"call{{_number}}{{i}}","direction":"INBOUND","status":"{{status}}","from":"5511900000001","to":"5511888880000","timestamp":"{{At(i)}}"{{(name == "ended" ? ",\"duration\":7" : "")}}}""");
            }
        }

        // Every third one twice: a provider that got no answer asks again.
        Events = [.. events.Concat(events.Where((_, index) => index % 3 == 0)).Shuffle()];
    }

    public IReadOnlyList<string> Events { get; }

    /// <summary>Posts everything, a few at a time, and does <paramref name="halfway"/> in the midst of it.</summary>
    /// <returns>How many events needed more than one attempt.</returns>
    public async Task<int> PostAsync(RunningSystem system, Func<Task>? halfway = null)
    {
        var posted = 0;
        var retried = 0;
        var disturbance = new TaskCompletionSource();
        var posting = Parallel.ForEachAsync(Events, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (body, _) =>
        {
            if (await system.PostAsync(body) > 1)
            {
                Interlocked.Increment(ref retried);
            }

            if (Interlocked.Increment(ref posted) == Events.Count / 2)
            {
                disturbance.SetResult();
            }
        });
        if (halfway is not null)
        {
            await await Task.WhenAny(disturbance.Task, posting);
            await halfway();
        }

        await posting;
        return retried;
    }

    /// <summary>Waits until the API tells exactly what was posted.</summary>
    public async Task ShouldBeKeptAsync(RunningSystem system)
    {
        await ShouldBeAsync(
            async () => (await system.ReadAllAsync($"v1/messages?numberId={_number}&direction=outbound")).Select(item => $"{item.GetProperty("id").GetString()} {item.GetProperty("status").GetString()}"),
            Enumerable.Range(0, Messages).Select(i => $"{_number}out{i} {Steps(i)[^1].Replace("message.", "", StringComparison.Ordinal)}"));
        await ShouldBeAsync(
            async () => (await system.ReadAllAsync($"v1/messages?numberId={_number}&direction=inbound")).Select(item => $"{item.GetProperty("id").GetString()} {item.GetProperty("inReplyTo").GetProperty("id").GetString()}"),
            Enumerable.Range(0, Messages).Select(i => $"{_number}in{i} {_number}out{i}"));
        await ShouldBeAsync(
            async () => (await system.ReadAllAsync($"v1/numbers/{_number}/history")).Select(item => $"{item.GetProperty("event").GetString()} {item.GetProperty("at").GetString()}"),
            Enumerable.Range(0, Flaps).Select(i => $"number.{(i % 2 == 0 ? "connected" : "disconnected")} {At(i)}"));
        await ShouldBeAsync(
            async () => (await Task.WhenAll(Enumerable.Range(0, Calls).Select(i => system.ReadAsync($"v1/calls/call{_number}{i}"))))
                .Select(call => call is { } found ? $"{found.GetProperty("callId").GetString()} {found.GetProperty("status").GetString()} {found.GetProperty("durationSeconds")}" : "none"),
            Enumerable.Range(0, Calls).Select(i => $"call{_number}{i} COMPLETED 7"));
        (await system.ReadAllAsync("v1/dead-letters")).ShouldBeEmpty();
    }

    private static async Task ShouldBeAsync(Func<Task<IEnumerable<string>>> read, IEnumerable<string> expected)
    {
        var wanted = expected.Order(StringComparer.Ordinal).ToList();
        List<string> got = [];
        try
        {
            await Eventually.GetAsync(async () => got = [.. (await read()).Order(StringComparer.Ordinal)], items => items.SequenceEqual(wanted), TimeSpan.FromSeconds(90));
        }
        catch (TimeoutException)
        {
            got.ShouldBe(wanted);
        }
    }

    private static string[] Steps(int message) => message % 5 == 0
        ? ["message.sent", "message.failed"]
        : ["message.sent", "message.delivered", "message.read"];

    private static string At(int minute) => Start.AddSeconds(minute).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private string Message(string name, string id, int at, string more)
        => $$"""{"event":"{{name}}","data":{"to":"+5511999990000","from":"+5511888880000","numberId":"{{_number}}","messageId":"wa{{_number}}{{id}}","id":"{{_number}}{{id}}","type":"text","fromMe":{{(id[0] == 'o' ? "true" : "false")}},{{more}}"createdAt":"{{At(at)}}"} }""";
}
