using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using PilotHooks.Console.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Forwarding;

[Collection(ConsoleCollection.Name)]
public sealed class ForwardingTests(ConsoleFixture fixture)
{
    [Theory]
    [InlineData("GET", "/v1/messages", "messaging")]
    [InlineData("POST", "/v1/messages/send", "messaging")]
    [InlineData("GET", "/v1/conversations/cmm0/%2B5511955500010", "messaging")]
    [InlineData("GET", "/v1/forms", "messaging")]
    [InlineData("GET", "/v1/numbers/cmm0/history", "numbers")]
    [InlineData("GET", "/v1/calls/permissions/%2B5511955500010?x=1", "calls")]
    [InlineData("PATCH", "/v1/webhooks/wh_1", "relay")]
    [InlineData("POST", "/v1/deliveries/1/retry", "relay")]
    [InlineData("GET", "/v1/events?event=message.sent", "relay")]
    [InlineData("GET", "/v1/refused-requests?source=whatsapp", "relay")]
    [InlineData("POST", "/v1/refused-requests/1/accept", "relay")]
    public async Task Each_part_of_the_api_is_answered_by_its_service(string method, string path, string service)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await fixture.First.Client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.GetValues("x-service").ShouldBe([service]);
    }

    [Fact]
    public async Task Service_sees_who_calls_by_our_headers_alone_and_never_the_key()
    {
        var (id, key) = await fixture.First.CreateKeyAsync("cmm0mine");
        foreach (var (caller, number) in new[] { (key, "cmm0mine"), (ConsoleProcess.TenantKey, (string?)null) })
        {
            var path = $"/v1/calls/{Guid.NewGuid():N}";
            using var client = fixture.First.ClientWith(caller);
            client.DefaultRequestHeaders.Add("X-PilotHooks-Number", "cmm0other");
            client.DefaultRequestHeaders.Add("x-pilothooks-gateway", ConsoleProcess.GatewayToken);
            client.DefaultRequestHeaders.Add("x-pilothooks-caller", "guessed");
            client.DefaultRequestHeaders.Add("x-pilothooks-anything", "1");
            client.DefaultRequestHeaders.Add("x-custom", "kept");
            client.DefaultRequestHeaders.Add("x-secret-hop", "1");
            client.DefaultRequestHeaders.Connection.Add("x-secret-hop");
            client.DefaultRequestHeaders.Connection.Add("x-pilothooks-number");

            (await client.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);

            var headers = fixture.Calls.Calls.Single(call => call.RawTarget == path).Headers;
            var said = InternalCalls.ReadCaller(headers["x-pilothooks-caller"], ConsoleProcess.GatewayToken).ShouldNotBeNull();
            said.NumberId.ShouldBe(number);
            said.KeyId.ShouldBe(number is null ? "configured-1" : id);
            headers.Keys.ShouldNotContain("x-pilothooks-gateway");
            headers.Keys.ShouldNotContain("x-pilothooks-number");
            headers["x-custom"].ShouldBe("kept");
            headers["Host"].ShouldBe(fixture.Calls.Address.Authority);
            headers.Keys.ShouldNotContain("x-pilothooks-anything");
            headers.Keys.ShouldNotContain("x-api-key");
            headers.Keys.ShouldNotContain("x-secret-hop");
        }
    }

    [Fact]
    public async Task Trace_of_the_caller_goes_on_to_the_service()
    {
        var path = $"/v1/calls/{Guid.NewGuid():N}";
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        (await fixture.First.Client.SendAsync(request)).EnsureSuccessStatusCode();

        var parent = fixture.Calls.Calls.Single(call => call.RawTarget == path).Headers["traceparent"];
        parent.ShouldStartWith("00-0af7651916cd43dd8448eb211c80319c-");
        parent.ShouldNotContain("b7ad6b7169203331");
    }

    [Theory]
    [InlineData("/v1/messages/wamid.QU%2Fx9w%3D%3D")]
    [InlineData("/v1/messages/wamid.QU%2fx9w==?numberId=cmm%2Fa1")]
    [InlineData("/v1/conversations/cmm%2Fa1/%2B5511955500010")]
    [InlineData("/v1/numbers/cmm%2Fa1+b%25")]
    [InlineData("/v1/numbers/cmm%2Fa1/history?limit=1")]
    [InlineData("/v1/numbers/cmm%2Fa1/uptime")]
    [InlineData("/v1/calls/wacid.HBgN%2FMTE%3D%3D%2B1")]
    [InlineData("/v1/calls/permissions/BR.%2F7")]
    [InlineData("/v1/calls/100%2525")]
    [InlineData("/v1/calls/a%5Cb")]
    [InlineData("/v1/calls/a;b,c@d:e!$&'()*~")]
    [InlineData("/v1/calls/%2E%2E%2Fhealth")]
    [InlineData("/v1/calls/%252E%252E%252F")]
    [InlineData("/v1/calls?contact=%2B5511955500010&status=a%26b")]
    [InlineData("/v1/deliveries/dlv%2F1%3D/retry")]
    [InlineData("/v1/webhooks/wh%2F1")]
    public async Task Odd_characters_reach_the_service_as_they_were_written(string target)
    {
        (await SendRawAsync(target)).ShouldStartWith("HTTP/1.1 200");
        Services.SelectMany(service => service.Calls).Select(call => call.RawTarget).ShouldContain(target);
    }

    [Theory]
    [InlineData("/v1/calls/../../health")]
    [InlineData("/v1/calls/%2e%2e/%2e%2e/health")]
    [InlineData("/v1/numbers/../calls/1")]
    [InlineData("/v1/calls/..\\..\\health")]
    public async Task Path_that_leads_out_of_its_part_of_the_api_goes_nowhere(string target)
    {
        var before = fixture.Calls.Calls.Count;

        (await SendRawAsync(target)).ShouldMatch("^HTTP/1.1 (404|400|200)");
        fixture.Calls.Calls.Skip(before).ShouldNotContain(call => call.RawTarget.Contains("..", StringComparison.Ordinal) || call.RawTarget.Contains("health", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/internal/webhooks/wh_1/secret")]
    [InlineData("/v1/internal/webhooks/wh_1/secret")]
    [InlineData("/v1/webhooks/../../internal/webhooks/wh_1/secret")]
    [InlineData("/v1/webhooks/%2e%2e/%2E%2E/internal/webhooks/wh_1/secret")]
    [InlineData("//internal/webhooks/wh_1/secret")]
    [InlineData("http://localhost/internal/webhooks/wh_1/secret")]
    [InlineData("http://localhost?/internal/webhooks/wh_1/secret")]
    public async Task Internal_routes_of_a_service_are_out_of_reach(string target)
    {
        var before = fixture.Relay.Calls.Count;

        // The last one names the first page, which needs a session.
        (await SendRawAsync(target)).ShouldMatch("^HTTP/1.1 (404|400|401)");
        fixture.Relay.Calls.Count.ShouldBe(before);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Large_body_streams_with_and_without_its_length(bool withLength)
    {
        const int Bytes = 3 * 1024 * 1024;
        using var content = new StreamContent(withLength ? new MemoryStream(new byte[Bytes]) : new Unseekable(new byte[Bytes]));

        using var answer = await fixture.First.Client.PostAsync("/v1/messages/send", content);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        ((long)(await answer.ReadJsonAsync())["bytes"]!).ShouldBe(Bytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_above_the_limit_is_refused(bool withLength)
    {
        const int Bytes = (16 * 1024 * 1024) + 1;
        using var content = new StreamContent(withLength ? new MemoryStream(new byte[Bytes]) : new Unseekable(new byte[Bytes]));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/messages/send") { Content = content };
        request.Headers.ExpectContinue = true; // So that the refusal is read before the body is pushed.

        using var answer = await fixture.First.Client.SendAsync(request);

        await answer.ShouldBeProblemAsync(413);
    }

    [Fact]
    public async Task Status_body_and_headers_of_the_service_come_back_untouched()
    {
        fixture.Numbers.Answer = async context =>
        {
            context.Response.StatusCode = 418;
            context.Response.Headers.Location = "/v1/numbers/elsewhere";
            context.Response.ContentType = "application/problem+json";
            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes("""{"odd":"\u0041\/"}"""));
        };
        try
        {
            using var answer = await fixture.First.Client.GetAsync("/v1/numbers");

            ((int)answer.StatusCode).ShouldBe(418);
            answer.Headers.Location!.OriginalString.ShouldBe("/v1/numbers/elsewhere");
            (await answer.Content.ReadAsStringAsync()).ShouldBe("""{"odd":"\u0041\/"}""");
        }
        finally
        {
            fixture.Numbers.Answer = null;
        }
    }

    [Fact]
    public async Task Redirect_is_handed_on_not_followed()
    {
        fixture.Numbers.Answer = context =>
        {
            context.Response.Redirect(fixture.Calls.Address.ToString());
            return Task.CompletedTask;
        };
        try
        {
            using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = fixture.First.Address };
            client.DefaultRequestHeaders.Add("x-api-key", ConsoleProcess.TenantKey);
            (await client.GetAsync("/v1/numbers")).StatusCode.ShouldBe(HttpStatusCode.Found);
        }
        finally
        {
            fixture.Numbers.Answer = null;
        }
    }

    [Fact]
    public async Task Replicas_of_a_service_take_turns()
    {
        var (before, otherBefore) = (fixture.Messaging.Calls.Count, fixture.OtherMessaging.Calls.Count);
        for (var call = 0; call < 10; call++)
        {
            (await fixture.Second.Client.GetAsync("/v1/messages")).EnsureSuccessStatusCode();
        }

        (fixture.Messaging.Calls.Count - before).ShouldBe(5);
        (fixture.OtherMessaging.Calls.Count - otherBefore).ShouldBe(5);
    }

    [Fact]
    public async Task Provider_that_is_too_busy_is_told_to_the_caller_with_its_words_and_its_pause()
    {
        fixture.Numbers.Answer = async context =>
        {
            context.Response.StatusCode = 429;
            context.Response.Headers.RetryAfter = "17";
            await context.Response.WriteAsJsonAsync(
                new { title = "Too many", status = 429, detail = "The provider asks to wait.", code = "rate", traceId = "1" }, options: null, "application/problem+json");
        };
        try
        {
            using var answer = await fixture.First.Client.GetAsync("/v1/numbers");

            (await answer.ShouldBeProblemAsync(429)).ShouldBe("The provider asks to wait.");
            answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(17));
        }
        finally
        {
            fixture.Numbers.Answer = null;
        }
    }

    [Fact]
    public async Task Refused_requests_are_a_tenants_affair()
    {
        var (_, key) = await fixture.First.CreateKeyAsync("cmm0mine");
        using var client = fixture.First.ClientWith(key);
        var before = fixture.Relay.Calls.Count(call => call.RawTarget.StartsWith("/v1/refused-requests", StringComparison.Ordinal));

        await (await client.GetAsync("/v1/refused-requests")).ShouldBeProblemAsync(403);
        await (await client.PostAsync("/v1/refused-requests/1/accept", null)).ShouldBeProblemAsync(403);

        fixture.Relay.Calls.Count(call => call.RawTarget.StartsWith("/v1/refused-requests", StringComparison.Ordinal)).ShouldBe(before);
    }

    private FakeService[] Services => [fixture.Messaging, fixture.OtherMessaging, fixture.Numbers, fixture.Calls, fixture.Relay];

    private async Task<string> SendRawAsync(string target)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(fixture.First.Address.Host, fixture.First.Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: localhost\r\nx-api-key: {ConsoleProcess.TenantKey}\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    /// <summary>A body whose length nobody knows, so that it goes in chunks.</summary>
    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
