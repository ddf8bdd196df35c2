using System.Diagnostics;
using System.Net;
using PilotHooks.TestSupport;
using Xunit.Abstractions;
using static PilotHooks.Ingress.Tests.ProviderExamples;
using static PilotHooks.Ingress.Tests.Webhooks.WebhookEndpointTests;

namespace PilotHooks.Ingress.Tests.Webhooks;

/// <summary>Senders that have proved nothing, and send slowly, much, or much slowly.</summary>
[Collection(IngressCollection.Name)]
public class SlowBodyTests(IngressFixture ingress, ITestOutputHelper output)
{
    private const int Unsent = 28;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Two_thousand_slow_connections_cost_little_and_keep_nobody_waiting()
    {
        const int connections = 2000;
        const int megabytes = 250;
        await using var own = await ingress.StartReplicaAsync();
        var idle = own.ResidentBytes;
        // Half a gigabyte in all, in bodies of open sources and of ones with a signature to come, each short of its last bytes.
        var pieces = new byte[256 * 1024 - Unsent];
        var posts = new RawPost[connections];
        await Parallel.ForAsync(0, connections, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
        {
            var signature = $"X-Webhook-Signature: {new string('a', 64)}\r\n";
            posts[i] = await RawPost.StartAsync(own.Address, i % 2 == 0 ? "/hooks/whatsapp" : "/hooks/platform", pieces.Length + Unsent, i % 2 == 0 ? "" : signature);
            await posts[i].SendAsync(pieces);
        });

        var peak = own.ResidentBytes;
        var atFirst = peak;
        for (var i = 0; i < 50; i++)
        {
            var started = Stopwatch.GetTimestamp();
            await own.Client.AcceptAsync(Message("message.sent", id: NewId()));
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(5));
            peak = Math.Max(peak, own.ResidentBytes);
        }

        output.WriteLine($"{idle >> 20} MB at first, {atFirst >> 20} MB when all was sent, {peak >> 20} MB at most");
        (peak >> 20).ShouldBeLessThan(megabytes);
        var answers = await Task.WhenAll(posts.Select(post => post.ReadToEndAsync(TimeSpan.FromSeconds(60))));
        answers.ShouldAllBe(answer => answer.Length == 0 || answer.StartsWith("HTTP/1.1 503 ") || answer.StartsWith("HTTP/1.1 408 "));
        answers.ShouldContain(answer => answer.StartsWith("HTTP/1.1 408 "));
        answers.First(answer => answer.StartsWith("HTTP/1.1 503 ")).ShouldContain("Retry-After: 5");
        foreach (var post in posts)
        {
            post.Dispose();
        }

        // Nothing of it is still held.
        using var largest = await own.Client.PostAsync("whatsapp", [.. Message("message.sent", id: NewId()), .. Enumerable.Repeat((byte)' ', 2_900_000)]);
        (await largest.ReadAnswerAsync()).Status.ShouldBe("accepted");
    }

    [Theory]
    [InlineData("/hooks/whatsapp", "")]
    [InlineData("/hooks/platform", "X-Webhook-Signature: aaaaaaaa\r\n")]
    public async Task Body_that_trickles_in_is_answered_408_and_its_connection_ended(string path, string headers)
    {
        await using var own = await ingress.StartReplicaAsync(("Limits__BodyDeadline", "00:00:02"));
        using var post = await RawPost.StartAsync(own.Address, path, 1_000_000, headers);
        using var stop = new CancellationTokenSource();
        var trickle = TrickleAsync(post, stop.Token);

        var answer = await post.ReadToEndAsync(Soon);
        await stop.CancelAsync();
        await trickle;

        answer.ShouldStartWith("HTTP/1.1 408 ");
        answer.ShouldContain("within 2 seconds");
        answer.ShouldContain("Connection: close");

        // Fast enough for the slowest rate.
        static async Task TrickleAsync(RawPost post, CancellationToken stop)
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            while (!stop.IsCancellationRequested && await post.SendAsync(new byte[1000]))
            {
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }

    [Fact]
    public async Task Token_is_checked_before_the_body_comes()
    {
        using var wrong = await RawPost.StartAsync(ingress.Address, "/hooks/tokened?token=wrong", 3_000_000);
        (await wrong.ReadSomeAsync(Soon)).ShouldStartWith("HTTP/1.1 401 ");
        using var unsigned = await RawPost.StartAsync(ingress.Address, "/hooks/platform", 3_000_000);
        (await unsigned.ReadSomeAsync(Soon)).ShouldStartWith("HTTP/1.1 401 ");
    }

    [Fact]
    public async Task Sender_with_a_token_needs_no_room_among_the_others()
    {
        await using var own = await ingress.StartReplicaAsync(("Limits__UnverifiedBytes", "3145728"));
        var largest = new byte[3 * 1024 * 1024 - Unsent];
        var opened = new List<RawPost>();
        await Eventually.GetAsync(
            async () =>
            {
                // Anew each time: while it is on its way, the second may be faster and take the room.
                opened.Add(await RawPost.StartAsync(own.Address, "/hooks/whatsapp", largest.Length + Unsent));
                await opened[^1].SendAsync(largest);
                using var second = await own.Client.PostAsync("whatsapp", Padded());
                return second.StatusCode;
            },
            status => status == HttpStatusCode.ServiceUnavailable);

        using var proven = await own.Client.PostAsync($"tokened?token={Uri.EscapeDataString(IngressFixture.Token)}", Padded());
        (await proven.ReadAnswerAsync()).Status.ShouldBe("accepted");
        await own.Client.AcceptAsync(Message("message.sent", id: NewId()));
        opened.ForEach(post => post.Dispose());

        static byte[] Padded() => [.. Message("message.sent", id: NewId()), .. Enumerable.Repeat((byte)' ', 2_000_000)];
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_closed()
    {
        await using var own = await ingress.StartReplicaAsync(("Limits__Connections", "10"));
        var posts = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => RawPost.StartAsync(own.Address, "/hooks/whatsapp", 100)));

        await Eventually.GetAsync(() => Task.FromResult(own.Output), output => output.Contains("maximum number of concurrent connections", StringComparison.Ordinal));
        foreach (var post in posts)
        {
            post.Dispose();
        }

        await Eventually.GetAsync(() => own.Client.PostOkAsync(Message("message.sent", id: NewId())), answer => answer.Status == "accepted");
    }

    [Fact]
    public async Task Headers_beyond_the_limit_are_refused_and_no_answer_names_the_server()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "alive");
        request.Headers.Add("x-much", new string('x', 17 * 1024));
        using var refused = await ingress.Client.SendAsync(request);
        refused.StatusCode.ShouldBe(HttpStatusCode.RequestHeaderFieldsTooLarge);
        refused.Headers.Server.ShouldBeEmpty();
        using var accepted = await ingress.Client.PostAsync("whatsapp", Message("message.sent", id: NewId()));
        accepted.Headers.Server.ShouldBeEmpty();
    }
}
