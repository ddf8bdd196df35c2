using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;
using PilotHooks.Relay.Deliveries;
using PilotHooks.Relay.Endpoints;
using PilotHooks.TestSupport;

namespace PilotHooks.Relay.Tests.Deliveries;

/// <summary>What an attempt makes of servers as they are found in the field.</summary>
public sealed class DeliverySenderTests : IDisposable
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static readonly AcceptedSecrets NotCalled = new(Npgsql.NpgsqlDataSource.Create("Host=nowhere"), Microsoft.Extensions.Logging.Abstractions.NullLogger<AcceptedSecrets>.Instance);
    private static readonly SecretVault Vault = new(new EphemeralDataProtectionProvider());
    private readonly DeliverySender _sender = new(Vault, NotCalled, Options.Create(new RelayOptions { AllowPrivateEndpoints = true, AttemptTimeout = TimeSpan.FromSeconds(5) }), TimeProvider.System);

    public void Dispose() => _sender.Dispose();

    [Theory]
    [InlineData("Content-Length: 100\r\n\r\npart", "part")]
    [InlineData("Content-Length: 100\r\n\r\n", null)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n", "part")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\nnonsense\r\n", "part")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nnonsense\r\n", null)]
    [InlineData("Content-Encoding: gzip\r\nContent-Length: 8\r\n\r\nnot gzip", "not gzip")]
    [InlineData("Content-Encoding: unheard-of\r\nContent-Length: 100\r\n\r\npart", "part")]
    [InlineData("Content-Type: text/html; charset=unheard-of\r\n\r\npart", "part")]
    public async Task Success_is_a_success_whatever_is_wrong_with_its_body(string answer, string? kept)
    {
        foreach (var end in new Action<RawRequest>[] { request => request.Close(), request => request.Reset() })
        {
            await using var server = RawServer.Start(async request =>
            {
                await request.SendAsync($"HTTP/1.1 200 OK\r\n{answer}");
                end(request);
            });

            var result = await SendAsync(server.Url);

            (result.Succeeded, result.StatusCode, result.Error).ShouldBe((true, 200, null));
            // What a reset finds unread may be lost.
            result.Response.ShouldBeOneOf(kept, null);
        }
    }

    [Theory]
    [InlineData("Content-Length: 100\r\n\r\npart")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\npart\r\n")]
    [InlineData("\r\npart")]
    public async Task Success_whose_body_does_not_end_is_a_success_long_before_the_time_out(string answer)
    {
        await using var server = RawServer.Start($"HTTP/1.1 201 Created\r\n{answer}");

        var result = await SendAsync(server.Url);

        (result.Succeeded, result.StatusCode, result.Error, result.Response).ShouldBe((true, 201, null, "part"));
        result.Duration.ShouldBeLessThan(TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task Failure_with_a_broken_body_keeps_its_status_and_what_its_headers_say()
    {
        await using var server = RawServer.Start(async request =>
        {
            await request.SendAsync("HTTP/1.1 503 Busy\r\nRetry-After: 86400000000\r\nContent-Length: 100\r\n\r\npart");
            request.Close();
        });

        var result = await SendAsync(server.Url);

        (result.Succeeded, result.StatusCode, result.Error, result.Response).ShouldBe((false, 503, null, "part"));
        result.RetryAfter.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.FromHours(1));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connection_that_was_closed_while_it_was_used_again_is_no_failed_attempt(bool reset)
    {
        await using var server = RawServer.Start(request =>
        {
            if (request.OnConnection == 1)
            {
                return request.SendAsync(Ok);
            }

            (reset ? (Action)request.Reset : request.Close)();
            return Task.CompletedTask;
        });
        (await SendAsync(server.Url)).Succeeded.ShouldBeTrue();

        var result = await SendAsync(server.Url);

        (result.Succeeded, result.StatusCode, result.Error).ShouldBe((true, 200, null));
        server.Requests.Select(request => request.OnConnection).ShouldBe([1, 2, 1]);
        server.Requests[2].Body.ShouldBe(server.Requests[1].Body);
        server.Requests[2].Header("X-Webhook-Signature").ShouldBe(server.Requests[1].Header("X-Webhook-Signature"));
        server.Requests[2].Header("webhook-signature").ShouldBe(server.Requests[1].Header("webhook-signature"));
    }

    [Fact]
    public async Task Connection_that_is_lost_twice_is_a_failed_attempt_of_two_tries()
    {
        var answered = 0;
        await using var server = RawServer.Start(request =>
        {
            if (Interlocked.Increment(ref answered) == 1)
            {
                return request.SendAsync(Ok);
            }

            request.Reset();
            return Task.CompletedTask;
        });
        await SendAsync(server.Url);

        var result = await SendAsync(server.Url);

        (result.Succeeded, result.StatusCode).ShouldBe((false, null));
        server.Requests.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task New_connection_that_is_closed_without_an_answer_is_a_failed_attempt_of_one_try(bool reset)
    {
        await using var server = RawServer.Start(request =>
        {
            (reset ? (Action)request.Reset : request.Close)();
            return Task.CompletedTask;
        });

        var result = await SendAsync(server.Url);

        (result.Succeeded, result.StatusCode).ShouldBe((false, null));
        result.Error.ShouldBe(reset ? "The connection was reset before an answer came." : "The connection was closed before an answer came.");
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Used_connection_that_breaks_off_in_an_answer_is_a_failed_attempt_of_one_try()
    {
        await using var server = RawServer.Start(async request =>
        {
            await request.SendAsync(request.OnConnection == 1 ? Ok : "HTTP/1.1 2");
            if (request.OnConnection > 1)
            {
                request.Close();
            }
        });
        await SendAsync(server.Url);

        var result = await SendAsync(server.Url);

        (result.Succeeded, result.StatusCode).ShouldBe((false, null));
        server.Requests.Select(request => request.OnConnection).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task Idle_connection_is_given_up_before_servers_give_it_up()
    {
        await using var server = RawServer.Start(Ok);
        await SendAsync(server.Url);

        // Node waits five seconds, others less.
        await server.Left.WaitAsync(TimeSpan.FromSeconds(4.9));
    }

    [Theory]
    [InlineData("HTTP/1.1 304 Not Modified\r\n\r\n", 304, "Not modified is no success: only 2xx is.")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", 302, "Redirects are not followed.")]
    [InlineData("HTTP/1.1 308 Permanent Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", 308, "Redirects are not followed.")]
    [InlineData("HTTP/1.1 300 Multiple Choices\r\nContent-Length: 0\r\n\r\n", 300, null)]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 404, null)]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", null, "The answer is not valid HTTP.")]
    public async Task Error_says_in_plain_words_what_the_status_does_not_tell(string answer, int? status, string? error)
    {
        await using var server = RawServer.Start(answer);

        var result = await SendAsync(server.Url);

        (result.Succeeded, result.StatusCode, result.Error).ShouldBe((false, status, error));
    }

    [Fact]
    public async Task Headers_that_are_too_long_are_called_so()
    {
        await using var server = RawServer.Start($"HTTP/1.1 200 OK\r\nX-Long: {new string('x', 20_000)}\r\nContent-Length: 0\r\n\r\n");

        (await SendAsync(server.Url)).Error.ShouldBe("The answer's headers are longer than 16 kB.");
    }

    [Fact]
    public async Task Port_on_which_nobody_listens_is_called_so()
    {
        var server = RawServer.Start(Ok);
        var url = server.Url;
        await server.DisposeAsync();

        (await SendAsync(url)).Error.ShouldBe("The connection was refused: nothing listens on that port.");
    }

    [Fact]
    public async Task Plain_server_at_an_https_address_is_called_so()
    {
        await using var server = await Subscriber.StartAsync();

        (await SendAsync(new UriBuilder(server.Address) { Scheme = "https" }.Uri)).Error.ShouldBe("No secure connection: the TLS handshake or the certificate failed.");
    }

    [Fact]
    public async Task Answer_is_kept_up_to_four_kilobytes_and_cut_between_characters()
    {
        // The family is one character to people, of seven to a computer and 25 bytes.
        var family = "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466";
        var body = string.Concat(Enumerable.Repeat(family, 400));
        await using var server = RawServer.Start(string.Create(
            CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(body))}"));

        (await SendAsync(server.Url)).Response.ShouldBe(string.Concat(Enumerable.Repeat(family, 4096 / 25)));
    }

    private Task<AttemptResult> SendAsync(Uri url)
    {
        var target = new DeliveryTarget { Url = url.ToString(), Format = "original", Signature = "both", Secret = Vault.Lock(Relay.Endpoints.Secret.Make()) };
        var delivery = new ClaimedDelivery { Id = Guid.NewGuid(), EndpointId = "wh_1", EventId = Guid.NewGuid(), Event = "message.received", Target = target };
        return _sender.SendAsync(delivery, "{ \"event\": \"message.received\" }"u8.ToArray());
    }
}
