using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using PilotHooks.Messaging.Sending;
using PilotHooks.TestSupport;

namespace PilotHooks.Messaging.Tests.Sending;

[Collection(MessagingCollection.Name)]
public sealed class SendTests(MessagingSystem system)
{
    private readonly string _text = Events.Unique("text");
    private readonly string _number = Events.Unique("cmm");
    private readonly string _id = Events.Unique("msg");
    private readonly string _correlationId = Events.Unique("corr");
    private readonly string _key = Events.Unique("key");

    [Fact]
    public async Task Accepted_send_answers_the_providers_ids_and_is_queued()
    {
        system.Provider.Next(_text, FakeProvider.Accept(_id, _correlationId, "2026-02-24T15:00:00.000Z"));

        var (status, answer, _) = await SendAsync(new { text = _text, destinationNumber = "+5511999999999", numberId = _number, buttons = new[] { "a" } });

        status.ShouldBe(HttpStatusCode.Accepted);
        answer.Json().ShouldBe($$"""{"id":"{{_id}}","correlationId":"{{_correlationId}}"}""");
        var call = system.Provider.Calls(_text).Single();
        call.Key.ShouldBe("ps_ours");
        call.Body.Json().ShouldBe($$"""{"text":"{{_text}}","destinationNumber":"+5511999999999","numberId":"{{_number}}","buttons":["a"]}""");
        var message = await system.GetAsync($"v1/messages/{_id}");
        message.Text("status").ShouldBe("queued");
        message.Text("queuedAt").ShouldBe("2026-02-24T15:00:00.000Z");
        message.Text("numberId").ShouldBe(_number);
        message.Text("to").ShouldBe("+5511999999999");
        message.Text("content").ShouldBe(_text);
        message.Text("type").ShouldBe("text");
        (await system.GetAsync($"v1/messages?numberId={_number}&status=queued")).Items().Length.ShouldBe(1);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Send_and_its_events_are_one_message_in_either_order(bool namesNumber, bool eventFirst)
    {
        system.Provider.Next(_text, FakeProvider.Accept(_id, _correlationId, "2026-02-24T15:00:00.000Z"));
        var sent = Events.Status("sent", _number, _id, Events.Unique("wamid."), "2026-02-24T15:00:05.000Z", new { content = (string?)null });
        var reply = Events.Inbound("reply", _number, Events.Unique("in"), Events.Unique("msg"), "2026-02-24T15:01:00.000Z", new { correlationId = _correlationId });
        if (eventFirst)
        {
            await system.PostAsync(sent);
            await system.PostAsync(reply);
            await system.GetAsync($"v1/messages/{_id}");
        }

        await SendAsync(namesNumber ? new { text = _text, destinationNumber = "+5511999999999", numberId = _number } : new { text = _text, destinationNumber = "+5511999999999" });
        if (!eventFirst)
        {
            await system.PostAsync(sent);
            await system.PostAsync(reply);
        }

        var message = await system.GetAsync($"v1/messages/{_correlationId}", found => found["sentAt"] is not null && found["replies"]!.AsArray().Count == 1);
        message.Text("id").ShouldBe(_id);
        message.Text("numberId").ShouldBe(_number);
        message.Text("status").ShouldBe("sent");
        message.Text("queuedAt").ShouldBe("2026-02-24T15:00:00.000Z");
        message.Text("correlationId").ShouldBe(_correlationId);
        message.Text("content").ShouldBe(_text);
        (await system.GetAsync($"v1/messages?contact=5511999999999&direction=outbound&limit=200")).Items().Count(item => item.Text("id") == _id).ShouldBe(1);
        (await system.GetAsync($"v1/conversations?numberId={_number}")).Items().Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"destinationNumber":"+5511999999999"}""")]
    [InlineData("""{"text":"","destinationNumber":"+5511999999999"}""")]
    [InlineData("""{"text":7,"destinationNumber":"+5511999999999"}""")]
    [InlineData("""{"text":"x"}""")]
    [InlineData("""{"text":"x","destinationNumber":"nobody"}""")]
    [InlineData("""{"text":"x","destinationNumber":"+5511999999999","groupId":"1@g.us"}""")]
    [InlineData("""{"text":"x","text":"y","destinationNumber":"+5511999999999"}""")]
    [InlineData("""{"text":"x","destinationNumber":"+5511999999999","numberId":5}""")]
    [InlineData("""{"text":"x","destinationNumber":"+55119\u0661\u0662\u0663\u0664\u0665\u0666"}""")]
    [InlineData("""["text"]""")]
    [InlineData("""{"text":""")]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("""{"text":"half \ud83d of it","destinationNumber":"+5511999999999"}""")]
    [InlineData("""{"text":"x","destinationNumber":"+5511999999999","more":["\udc00"]}""")]
    [InlineData("""{"text":"x","destinationNumber":"+5511999999999","more":{"\ud83d":1}}""")]
    public async Task Bad_body_is_a_400_that_says_what_is_wrong(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await system.Api.PostAsync(new Uri("v1/messages/send", UriKind.Relative), content);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonObject>())!.Text("detail").ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData(400, """{"code":"MISSING_TEMPLATE_VARIABLES","message":"variables are missing"}""", "MISSING_TEMPLATE_VARIABLES", "variables are missing")]
    [InlineData(402, """{"error":"SUBSCRIPTION_REQUIRED_FOR_MEDIA","message":"no media"}""", "SUBSCRIPTION_REQUIRED_FOR_MEDIA", "no media")]
    [InlineData(404, """{"error":{"code":"NUMBER_NOT_FOUND","message":"no such number"}}""", "NUMBER_NOT_FOUND", "no such number")]
    [InlineData(500, "null", null, "The provider refused the message.")]
    public async Task Providers_error_comes_back_with_its_status_and_code_and_nothing_is_recorded(int status, string body, string? code, string detail)
    {
        system.Provider.Next(_text, FakeProvider.Answer(status, JsonNode.Parse(body)));

        var (answered, problem, headers) = await SendAsync(new { text = _text, destinationNumber = "+5511999999999", numberId = _number });

        ((int)answered).ShouldBe(status);
        problem.Text("code").ShouldBe(code);
        problem.Text("detail").ShouldBe(detail);
        problem.Text("traceId").ShouldNotBeNullOrEmpty();
        headers.ShouldNotContain("x-internal");
        system.Provider.Calls(_text).Count.ShouldBe(1);
        (await system.GetAsync($"v1/messages?numberId={_number}")).Items().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Busy_provider_is_asked_again(int status)
    {
        system.Provider.Next(_text, FakeProvider.Answer(status, retryAfter: "1"));

        (await SendAsync(new { text = _text, destinationNumber = "+5511999999999" })).Status.ShouldBe(HttpStatusCode.Accepted);
        system.Provider.Calls(_text).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Provider_that_stays_busy_is_answered_with_its_status()
    {
        for (var i = 0; i < 3; i++)
        {
            system.Provider.Next(_text, FakeProvider.Answer(503));
        }

        (await SendAsync(new { text = _text, destinationNumber = "+5511999999999" })).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        system.Provider.Calls(_text).Count.ShouldBe(3);
    }

    [Theory]
    [InlineData(429, "3600")]
    [InlineData(429, "86400000000")]
    [InlineData(503, "Sun, 01 Mar 2099 12:00:00 GMT")]
    public async Task Long_retry_after_is_left_to_the_caller_who_is_told_of_it(int status, string retryAfter)
    {
        system.Provider.Next(_text, FakeProvider.Answer(status, retryAfter: retryAfter));

        var answer = await SendAsync(new { text = _text, destinationNumber = "+5511999999999" });
        ((int)answer.Status).ShouldBe(status);
        answer.Headers.ShouldContain($"Retry-After: {retryAfter}");
        system.Provider.Calls(_text).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Retry_after_of_the_last_attempt_comes_back()
    {
        for (var i = 0; i < 3; i++)
        {
            system.Provider.Next(_text, FakeProvider.Answer(429, retryAfter: "1"));
        }

        var answer = await SendAsync(new { text = _text, destinationNumber = "+5511999999999" });
        answer.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Headers.ShouldContain("Retry-After: 1");
        system.Provider.Calls(_text).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Answer_that_stalls_after_its_headers_is_unknown_and_not_asked_for_twice()
    {
        system.Provider.Next(_text, async context =>
        {
            context.Response.StatusCode = 202;
            await context.Response.Body.WriteAsync("{"u8.ToArray());
            await context.Response.Body.FlushAsync();
            await FakeProvider.Hang(context);
        });

        (await SendAsync(new { text = _text, destinationNumber = "+5511999999999" })).Status.ShouldBe(HttpStatusCode.GatewayTimeout);
        system.Provider.Calls(_text).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Connection_that_breaks_after_it_was_used_is_not_sent_over_again()
    {
        system.Provider.Next($"{_text}1", FakeProvider.Accept(_id, _correlationId));
        system.Provider.Next($"{_text}2", FakeProvider.Close);

        await SendAsync(new { text = $"{_text}1", destinationNumber = "+5511999999999" });
        (await SendAsync(new { text = $"{_text}2", destinationNumber = "+5511999999999" })).Status.ShouldBe(HttpStatusCode.BadGateway);
        system.Provider.Calls($"{_text}2").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Long_error_of_the_provider_is_cut_between_characters()
    {
        var family = "\U0001F468\u200D\U0001F469\u200D\U0001F467";
        system.Provider.Next(_text, FakeProvider.Answer(400, new { message = string.Concat(Enumerable.Repeat(family, 100)) }));

        var detail = (await SendAsync(new { text = _text, destinationNumber = "+5511999999999" })).Json.Text("detail")!;
        detail.ShouldBe(string.Concat(Enumerable.Repeat(family, 62)) + "…");
    }

    [Fact]
    public async Task Silent_or_broken_provider_is_not_asked_twice()
    {
        system.Provider.Next(_text, FakeProvider.Hang);
        system.Provider.Next($"{_text}2", FakeProvider.Close);
        system.Provider.Next($"{_text}3", FakeProvider.Answer(200, new { ok = true }));

        (await SendAsync(new { text = _text, destinationNumber = "+5511999999999", numberId = _number })).Status.ShouldBe(HttpStatusCode.GatewayTimeout);
        (await SendAsync(new { text = $"{_text}2", destinationNumber = "+5511999999999", numberId = _number })).Status.ShouldBe(HttpStatusCode.BadGateway);
        (await SendAsync(new { text = $"{_text}3", destinationNumber = "+5511999999999", numberId = _number })).Status.ShouldBe(HttpStatusCode.BadGateway);
        system.Provider.Calls(_text).Count.ShouldBe(1);
        system.Provider.Calls($"{_text}2").Count.ShouldBe(1);
        (await system.GetAsync($"v1/messages?numberId={_number}")).Items().ShouldBeEmpty();
    }

    [Fact]
    public async Task Same_key_and_body_give_the_same_answer_without_a_second_send()
    {
        var body = new { text = _text, destinationNumber = "+5511999999999", numberId = _number };
        var first = await SendAsync(body, _key);
        var second = await SendAsync(body, _key, system.OtherReplica);

        second.Status.ShouldBe(HttpStatusCode.Accepted);
        second.Json.Json().ShouldBe(first.Json.Json());
        // The provider gets a key that nobody else could choose.
        system.Provider.Calls(_text).Single().IdempotencyKey.ShouldBe(IdempotencyStore.ForProvider("", _key));
        (await SendAsync(new { text = _text, destinationNumber = "+5511999999998", numberId = _number }, _key)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        system.Provider.Calls(_text).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Key_in_use_is_a_409_and_one_message_is_sent()
    {
        var release = new TaskCompletionSource();
        system.Provider.Next(_text, async context =>
        {
            await release.Task;
            await FakeProvider.Accept(_id, _correlationId)(context);
        });
        var body = new { text = _text, destinationNumber = "+5511999999999" };
        var first = SendAsync(body, _key);
        await TestSupport.Eventually.GetAsync(() => Task.FromResult(system.Provider.Calls(_text).Count), count => count == 1);

        var second = await SendAsync(body, _key, system.OtherReplica);
        second.Status.ShouldBe(HttpStatusCode.Conflict);
        second.Json.Text("code").ShouldBe("send_in_progress");
        release.SetResult();
        (await first).Status.ShouldBe(HttpStatusCode.Accepted);
        (await SendAsync(body, _key)).Json.Text("id").ShouldBe(_id);
        system.Provider.Calls(_text).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Key_of_a_refused_send_may_be_tried_again()
    {
        system.Provider.Next(_text, FakeProvider.Answer(402, new { code = "SUBSCRIPTION_REQUIRED" }));
        var body = new { text = _text, destinationNumber = "+5511999999999" };

        (await SendAsync(body, _key)).Status.ShouldBe(HttpStatusCode.PaymentRequired);
        (await SendAsync(body, _key)).Status.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task Key_of_a_send_with_an_unknown_end_never_sends_again()
    {
        system.Provider.Next(_text, FakeProvider.Close);
        var body = new { text = _text, destinationNumber = "+5511999999999" };

        var first = await SendAsync(body, _key);
        first.Status.ShouldBe(HttpStatusCode.BadGateway);
        first.Json.Text("code").ShouldBe("outcome_unknown");
        var again = await SendAsync(body, _key);
        again.Status.ShouldBe(HttpStatusCode.Conflict);
        again.Json.Text("code").ShouldBe("send_unresolved");
        again.Json.Text("detail")!.ShouldContain("may have been sent");
        system.Provider.Calls(_text).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Overlong_key_is_a_400_and_nothing_is_sent()
    {
        (await SendAsync(new { text = _text, destinationNumber = "+5511999999999" }, new string('k', 256))).Status.ShouldBe(HttpStatusCode.BadRequest);
        system.Provider.Calls(_text).ShouldBeEmpty();
    }

    private async Task<(HttpStatusCode Status, JsonObject Json, string Headers)> SendAsync(object body, string? key = null, HttpClient? replica = null, string? number = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/messages/send") { Content = JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        if (number is not null)
        {
            request.Headers.SetCaller(MessagingSystem.GatewayToken, number);
        }

        using var answer = await (replica ?? system.Api).SendAsync(request);
        return (answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonObject>())!, answer.Headers.ToString());
    }
}
