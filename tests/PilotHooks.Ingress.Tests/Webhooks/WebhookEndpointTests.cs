using System.Net;
using System.Net.Http.Headers;
using PilotHooks.Contracts;
using PilotHooks.Ingress.Webhooks;
using static PilotHooks.Ingress.Tests.ProviderExamples;

namespace PilotHooks.Ingress.Tests.Webhooks;

[Collection(IngressCollection.Name)]
public class WebhookEndpointTests(IngressFixture ingress)
{
    [Fact]
    public async Task Accepted_event_lies_in_its_queue_and_in_the_archive_byte_for_byte()
    {
        var body = Message("message.sent", id: NewId(), content: """odd \u0041\ud800 \/ escapes""");
        var eventId = await ingress.Client.AcceptAsync(body);

        var messages = await ingress.Queues.GetAsync(eventId);
        messages.Select(message => message.Queue).ShouldBe([Queues.MessagingStatuses, Queues.RelayArchive], ignoreOrder: true);
        foreach (var message in messages)
        {
            message.Body.ShouldBe(body);
            message.Persistent.ShouldBeTrue();
            message.Headers["kind"].ShouldBe(nameof(MessageStatusReported));
            message.Headers["event"].ShouldBe("message.sent");
            message.Headers["source"].ShouldBe("whatsapp");
            message.Headers["number-id"].ShouldBe("cmm0abc123");
            new DateTimeOffset(long.Parse(message.Headers["occurred-at"], System.Globalization.CultureInfo.InvariantCulture), TimeSpan.Zero)
                .ShouldBe(new DateTimeOffset(2026, 2, 24, 15, 0, 5, TimeSpan.Zero));
        }
    }

    [Fact]
    public async Task Event_goes_on_in_the_trace_of_its_request()
    {
        using var response = await ingress.Client.PostAsync("whatsapp", Message("message.sent", id: NewId()),
            request => request.Headers.Add("traceparent", "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        var (_, eventId) = await response.ReadAnswerAsync();

        (await ingress.Queues.GetAsync(eventId)).ShouldAllBe(message => message.Headers["MT-Activity-Id"].StartsWith("00-1af7651916cd43dd8448eb211c80319c-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Every_kind_of_event_goes_to_its_queue()
    {
        (byte[] Body, string Queue)[] events =
        [
            (Message("message.delivered", id: NewId()), Queues.MessagingStatuses),
            (Message("message.reply", id: NewId()), Queues.MessagingInbound),
            (Number("number.health_blocked", numberId: NewId()), Queues.NumbersChanges),
            (Call("call.ringing", callId: NewId()), Queues.CallsChanges),
            (Call("call.permission_updated", callId: null, externalCallId: NewId()), Queues.CallsPermissions),
            (Json(NativeEnvelope(NativeValue(NewId()))), Queues.CallsSignalling),
            (Json(NativeValue(NewId())), Queues.CallsSignalling),
            (Json($$"""{ "event": "calls", "data": {{NativeValue(NewId())}} }"""), Queues.CallsSignalling),
        ];

        foreach (var (body, queue) in events)
        {
            var messages = await ingress.Queues.GetAsync(await ingress.Client.AcceptAsync(body));
            messages.Select(message => message.Queue).ShouldBe([queue, Queues.RelayArchive], ignoreOrder: true);
            messages[0].Body.ShouldBe(body);
        }
    }

    [Fact]
    public async Task Unknown_event_goes_to_the_archive_alone()
    {
        var eventId = await ingress.Client.AcceptAsync(Json($$"""{ "event": "tomorrow.{{NewId()}}", "data": { "numberId": "num_1" } }"""));

        var message = (await ingress.Queues.GetAsync(eventId, queues: 1)).ShouldHaveSingleItem();
        message.Queue.ShouldBe(Queues.RelayArchive);
        message.Headers["kind"].ShouldBe(nameof(UnknownEventReceived));
        message.Headers["number-id"].ShouldBe("num_1");
    }

    [Fact]
    public async Task Platform_events_are_accepted_with_either_secret_and_refused_with_another()
    {
        foreach (var secret in new[] { IngressFixture.PlatformSecret, IngressFixture.OldPlatformSecret })
        {
            var body = Platform("form.submitted", id: NewId());
            using var response = await ingress.Client.PostSignedAsync(body, secret);
            var (status, eventId) = await response.ReadAnswerAsync();
            status.ShouldBe("accepted");
            (await ingress.Queues.GetAsync(eventId)).Select(message => message.Queue).ShouldContain(Queues.MessagingForms);
        }

        using var wrong = await ingress.Client.PostSignedAsync(Platform("form.submitted", id: NewId()), "whsec_new");
        (await wrong.ReadProblemAsync(HttpStatusCode.Unauthorized)).ShouldContain("does not match");
        using var missing = await ingress.Client.PostAsync("platform", Platform("form.submitted", id: NewId()));
        (await missing.ReadProblemAsync(HttpStatusCode.Unauthorized)).ShouldContain("X-Webhook-Signature");
    }

    [Fact]
    public async Task Signature_is_checked_before_the_body_is_looked_at()
    {
        using var response = await ingress.Client.PostAsync("platform", Json("no JSON at all"));
        await response.ReadProblemAsync(HttpStatusCode.Unauthorized);
        using var signed = await ingress.Client.PostSignedAsync(Json("no JSON at all"), IngressFixture.PlatformSecret);
        await signed.ReadProblemAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Token_in_the_url_or_a_header_opens_its_source_and_is_in_no_line_of_the_log()
    {
        var token = Uri.EscapeDataString(IngressFixture.Token);
        await ingress.Client.AcceptAsync(Message("message.sent", id: NewId()), $"tokened?token={token}");
        using var wrong = await ingress.Client.PostAsync($"tokened?token={token}x", Message("message.sent", id: NewId()));
        await wrong.ReadProblemAsync(HttpStatusCode.Unauthorized);

        using var headed = await ingress.Client.PostAsync("headed", Message("message.sent", id: NewId()),
            request => request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", IngressFixture.Token));
        await headed.ReadAnswerAsync();
        using var missing = await ingress.Client.PostAsync("headed", Message("message.sent", id: NewId()));
        await missing.ReadProblemAsync(HttpStatusCode.Unauthorized);

        ingress.Output.ShouldContain("Refused with 401");
        ingress.Output.ShouldNotContain(token);
        ingress.Output.ShouldNotContain(IngressFixture.Token);
    }

    [Fact]
    public async Task Logs_hold_no_phone_and_no_text()
    {
        await ingress.Client.AcceptAsync(Message("message.reply", id: NewId(), from: "+4915112345678", content: "very private"));

        ingress.Output.ShouldContain("accepted message.reply");
        ingress.Output.ShouldNotContain("4915112345678");
        ingress.Output.ShouldNotContain("very private");
    }

    [Theory]
    [InlineData("application/json", HttpStatusCode.OK)]
    [InlineData("application/json; charset=utf-8", HttpStatusCode.OK)]
    [InlineData("Application/JSON;charset=\"UTF-8\"", HttpStatusCode.OK)]
    [InlineData("application/json; charset=utf8", HttpStatusCode.OK)]
    [InlineData("application/json; Charset=\"Utf8\"; v=1", HttpStatusCode.OK)]
    [InlineData("application/json;", HttpStatusCode.OK)]
    [InlineData("application/json; charset=utf-16", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("text/plain", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/x-www-form-urlencoded", HttpStatusCode.UnsupportedMediaType)]
    [InlineData(null, HttpStatusCode.UnsupportedMediaType)]
    public async Task Only_json_is_taken(string? contentType, HttpStatusCode expected)
    {
        using var response = await ingress.Client.PostAsync("whatsapp", Message("message.sent", id: NewId()), request =>
        {
            request.Content!.Headers.Remove("Content-Type");
            if (contentType is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            }
        });

        if (expected == HttpStatusCode.OK)
        {
            await response.ReadAnswerAsync();
        }
        else
        {
            await response.ReadProblemAsync(expected);
        }
    }

    [Fact]
    public async Task Unknown_source_and_wrong_method_are_problems()
    {
        using var unknown = await ingress.Client.PostAsync("nobody", Message("message.sent", id: NewId()));
        await unknown.ReadProblemAsync(HttpStatusCode.NotFound);
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete })
        {
            using var request = new HttpRequestMessage(method, "hooks/whatsapp");
            using var response = await ingress.Client.SendAsync(request);
            await response.ReadProblemAsync(HttpStatusCode.MethodNotAllowed);
            response.Content.Headers.Allow.ShouldBe(["POST"]);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_of_three_megabytes_is_taken_and_one_byte_more_is_not(bool chunked)
    {
        var largest = MessageOf(WebhookBody.MaxLength);
        using var taken = await ingress.Client.PostAsync("whatsapp", largest, request => request.Headers.TransferEncodingChunked = chunked);
        var (_, eventId) = await taken.ReadAnswerAsync();
        (await ingress.Queues.GetAsync(eventId))[0].Body.ShouldBe(largest);

        using var refused = await ingress.Client.PostAsync("whatsapp", MessageOf(WebhookBody.MaxLength + 1), request => request.Headers.TransferEncodingChunked = chunked);
        await refused.ReadProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        using var far = await ingress.Client.PostAsync("whatsapp", MessageOf(20_000_000), request => request.Headers.TransferEncodingChunked = chunked);
        await far.ReadProblemAsync(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [MemberData(nameof(BadBodies.Malformed), MemberType = typeof(BadBodies))]
    public async Task Bad_body_is_answered_400_and_the_ingress_goes_on(string what, byte[] body)
    {
        using var response = await ingress.Client.PostAsync("whatsapp", body);
        (await response.ReadProblemAsync(HttpStatusCode.BadRequest)).ShouldNotBeEmpty(what);

        using var signed = await ingress.Client.PostSignedAsync(body, IngressFixture.PlatformSecret);
        await signed.ReadProblemAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Refused_event_is_stored_nowhere()
    {
        var id = NewId();
        using var refused = await ingress.Client.PostAsync("whatsapp", Json($$"""{ "event": "message.sent", "data": { "id": "{{id}}" } } x"""));
        await refused.ReadProblemAsync(HttpStatusCode.BadRequest);
        await ingress.Queues.SettleAsync(ingress.Client);

        ingress.Queues.Messages.ShouldNotContain(message => System.Text.Encoding.UTF8.GetString(message.Body).Contains(id));
        // Had it been claimed, this would be a duplicate.
        await ingress.Client.AcceptAsync(Message("message.sent", id: id));
    }

    internal static string NewId() => Guid.NewGuid().ToString("N");

    internal static string NewPhone() => $"49{Random.Shared.NextInt64(1_000_000_000, 9_999_999_999)}";

    private static byte[] MessageOf(int length)
    {
        var body = Message("message.sent", id: NewId(), content: "");
        return [.. body, .. Enumerable.Repeat((byte)' ', length - body.Length)];
    }
}
