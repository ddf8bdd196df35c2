using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Http;

namespace PilotHooks.Relay.Tests.Deliveries;

[Collection(RelayFixture.Collection)]
public sealed class DeliveryTests(RelayFixture fixture)
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private readonly RelaySystem _relay = fixture.System;
    private readonly string _number = $"num_{Guid.NewGuid():N}";

    [Fact]
    public async Task Subscriber_gets_the_providers_bytes_signed_in_both_ways()
    {
        var url = _relay.Subscriber.Add();
        await _relay.SubscribeAsync(url, secret: Secret, numberId: _number);
        var sent = Events.Received(_number);

        await _relay.Bus.PublishAsync(sent);

        var request = (await _relay.ReceivedAsync(url)).ShouldHaveSingleItem();
        request.Method.ShouldBe("POST");
        request.Body.ShouldBe(sent.Payload.ToArray());
        request.Headers["Content-Type"].ShouldBe("application/json");
        request.Headers["User-Agent"].ShouldBe("PilotHooks");
        request.Headers["webhook-id"].ShouldBe(sent.EventId.ToString());
        request.Headers["X-Webhook-Signature"].ShouldBe(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), request.Body)));
        var content = $"{sent.EventId}.{request.Headers["webhook-timestamp"]}.{request.Text}";
        request.Headers["webhook-signature"].ShouldBe("v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret[6..]), Encoding.UTF8.GetBytes(content))));
        request.Headers.ContainsKey("Cookie").ShouldBeFalse();
    }

    [Fact]
    public async Task Attempt_belongs_to_the_trace_of_its_event_the_later_ones_too()
    {
        var url = _relay.Subscriber.Add((context, count) =>
        {
            context.Response.StatusCode = count == 1 ? 500 : 200;
            return Task.CompletedTask;
        });
        await _relay.SubscribeAsync(url, numberId: _number);
        var sent = Events.Received(_number);

        await _relay.Bus.PublishAsync(sent);

        var requests = await _relay.ReceivedAsync(url, 2);
        var trace = (await _relay.ReadAsync($"/v1/events/{sent.EventId}")).GetProperty("traceId").GetString();
        requests.Select(request => request.Headers["traceparent"].Split('-')[1]).ShouldBe([trace, trace]);
    }

    [Theory]
    [InlineData("hex", true, false)]
    [InlineData("standard", false, true)]
    public async Task Signature_mode_chooses_the_headers(string mode, bool hex, bool standard)
    {
        var url = _relay.Subscriber.Add();
        await _relay.SubscribeAsync(url, numberId: _number, signature: mode);

        await _relay.Bus.PublishAsync(Events.Received(_number));

        var headers = (await _relay.ReceivedAsync(url))[0].Headers;
        headers.ContainsKey("X-Webhook-Signature").ShouldBe(hex);
        headers.ContainsKey("webhook-id").ShouldBeTrue();
        headers.ContainsKey("webhook-timestamp").ShouldBe(standard);
        headers.ContainsKey("webhook-signature").ShouldBe(standard);
    }

    [Fact]
    public async Task Endpoint_gets_what_its_events_and_number_select_and_nothing_else()
    {
        var (all, group, one, none, other) = (_relay.Subscriber.Add(), _relay.Subscriber.Add(), _relay.Subscriber.Add(), _relay.Subscriber.Add(), _relay.Subscriber.Add());
        await _relay.SubscribeAsync(all, ["*"], numberId: _number);
        await _relay.SubscribeAsync(group, ["message.*"], numberId: _number);
        await _relay.SubscribeAsync(one, ["message.sent"], numberId: _number);
        await _relay.SubscribeAsync(none, [], numberId: _number);
        await _relay.SubscribeAsync(other, ["*"], numberId: _number + "x");
        var health = new Contracts.NumberChanged(Guid.NewGuid(), "number.health_blocked", "whatsapp", _number, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, "{}"u8.ToArray());

        await _relay.Bus.PublishAsync(Events.Received(_number), Events.Status(_number), health);

        (await _relay.ReceivedAsync(all, 3)).Count.ShouldBe(3);
        (await _relay.ReceivedAsync(group, 2)).Count.ShouldBe(2);
        (await _relay.ReceivedAsync(one)).Count.ShouldBe(1);
        _relay.Subscriber.Received(none).ShouldBeEmpty();
        _relay.Subscriber.Received(other).ShouldBeEmpty();
    }

    [Fact]
    public async Task Event_that_arrives_again_is_delivered_once()
    {
        var url = _relay.Subscriber.Add();
        var id = await _relay.SubscribeAsync(url, numberId: _number);
        var sent = Events.Received(_number);

        await _relay.Bus.PublishAsync(sent, sent, sent);
        var last = Events.Received(_number);
        await _relay.Bus.PublishAsync(last);

        await _relay.StatsAsync(id, stats => stats.GetProperty("successful").GetInt32() == 2);
        _relay.Subscriber.Received(url).Select(request => request.Headers["webhook-id"]).Order().ShouldBe(new[] { sent.EventId.ToString(), last.EventId.ToString() }.Order());
    }

    [Fact]
    public async Task Failed_attempt_is_made_again_until_it_succeeds()
    {
        var url = _relay.Subscriber.Add((context, count) =>
        {
            context.Response.StatusCode = count < 3 ? 500 : 204;
            return Task.CompletedTask;
        });
        var id = await _relay.SubscribeAsync(url, numberId: _number);

        await _relay.Bus.PublishAsync(Events.Received(_number));

        await _relay.StatsAsync(id, stats => stats.GetProperty("successful").GetInt32() == 1);
        var logs = (await _relay.ReadAsync($"/v1/webhooks/{id}/logs")).GetProperty("items");
        logs.EnumerateArray().Select(item => (item.GetProperty("attempt").GetInt32(), item.GetProperty("status").GetString(), item.GetProperty("statusCode").GetInt32()))
            .ShouldBe([(3, "SUCCESS", 204), (2, "FAILED", 500), (1, "FAILED", 500)]);
        var requests = _relay.Subscriber.Received(url);
        requests.Select(request => request.Headers["webhook-id"]).Distinct().Count().ShouldBe(1);
        requests.Select(request => request.Text).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Log_pages_through_first_successes_and_all_other_attempts_in_one_order()
    {
        // Of every three calls the second fails, so first successes and rows of attempts alternate.
        var url = _relay.Subscriber.Add((context, count) =>
        {
            context.Response.StatusCode = count % 3 == 2 ? 500 : 200;
            return Task.CompletedTask;
        });
        var id = await _relay.SubscribeAsync(url, numberId: _number);
        for (var sent = 1; sent <= 4; sent++)
        {
            await _relay.Bus.PublishAsync(Events.Received(_number));
            await _relay.ReadAsync($"/v1/webhooks/{id}/stats", stats => stats.GetProperty("successful").GetInt32() == sent);
        }

        var all = (await _relay.ReadAsync($"/v1/webhooks/{id}/logs")).GetProperty("items").EnumerateArray().Select(Describe).ToList();
        var paged = new List<string>();
        string? cursor = null;
        do
        {
            var page = await _relay.ReadAsync($"/v1/webhooks/{id}/logs?limit=1{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}");
            paged.AddRange(page.GetProperty("items").EnumerateArray().Select(Describe));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);

        paged.ShouldBe(all);
        all.Count.ShouldBe(_relay.Subscriber.Received(url).Count);
        all.Count(line => line.Contains("attempt 1 SUCCESS", StringComparison.Ordinal)).ShouldBe(2);
        all.Count(line => line.Contains("attempt 2 SUCCESS", StringComparison.Ordinal)).ShouldBe(2);
        await using var connection = await _relay.Database.OpenConnectionAsync();
        (await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM attempts WHERE endpoint_id = @id AND number = 1 AND succeeded", new { id })).ShouldBe(0);

        static string Describe(JsonElement item)
            => $"{item.GetProperty("deliveryId").GetString()} attempt {item.GetProperty("attempt").GetInt32()} {item.GetProperty("status").GetString()} at {item.GetProperty("createdAt").GetString()}";
    }

    [Fact]
    public async Task Delivery_is_given_up_after_the_schedule_and_retried_on_request()
    {
        var healthy = false;
        var url = _relay.Subscriber.Add((context, _) =>
        {
            context.Response.StatusCode = Volatile.Read(ref healthy) ? 200 : 500;
            return context.Response.WriteAsync("what it said");
        });
        var id = await _relay.SubscribeAsync(url, numberId: _number);
        await _relay.Bus.PublishAsync(Events.Received(_number), Events.Status(_number));
        var stats = await _relay.StatsAsync(id, stats => stats.GetProperty("failed").GetInt32() == 2);
        stats.GetProperty("successRate").GetDouble().ShouldBe(0);
        var log = (await _relay.ReadAsync($"/v1/webhooks/{id}/logs?event=message.sent&status=FAILED")).GetProperty("items");
        log.GetArrayLength().ShouldBe(4);
        log[0].GetProperty("response").GetString().ShouldBe("what it said");
        log[0].GetProperty("payload").GetProperty("event").GetString().ShouldBe("message.sent");
        log[0].GetProperty("numberId").GetString().ShouldBe(_number);
        log[0].GetProperty("format").GetString().ShouldBe("original");
        var brief = (await _relay.ReadAsync($"/v1/webhooks/{id}/logs?event=message.sent&content=false")).GetProperty("items")[0];
        brief.GetProperty("deliveryId").GetString().ShouldBe(log[0].GetProperty("deliveryId").GetString());
        brief.GetProperty("payload").ValueKind.ShouldBe(JsonValueKind.Null);
        brief.GetProperty("response").ValueKind.ShouldBe(JsonValueKind.Null);
        var deliveryId = log[0].GetProperty("deliveryId").GetString();

        Volatile.Write(ref healthy, true);
        await _relay.SendAsync(HttpMethod.Post, $"/v1/deliveries/{deliveryId}/retry");

        var delivery = await _relay.ReadAsync($"/v1/deliveries/{deliveryId}", delivery => delivery.GetProperty("status").GetString() == "successful");
        delivery.GetProperty("attempts").EnumerateArray().Select(item => item.GetProperty("attempt").GetInt32()).ShouldBe([1, 2, 3, 4, 5]);
        delivery.GetProperty("nextAttemptAt").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        delivery.GetProperty("webhookId").GetString().ShouldBe(id);

        var future = DateTimeOffset.UtcNow.AddHours(1).ToString("O");
        (await _relay.SendAsync(HttpMethod.Post, $"/v1/webhooks/{id}/retry-failed?since={Uri.EscapeDataString(future)}")).GetProperty("queued").GetInt32().ShouldBe(0);
        (await _relay.SendAsync(HttpMethod.Post, $"/v1/webhooks/{id}/retry-failed")).GetProperty("queued").GetInt32().ShouldBe(1);
        stats = await _relay.StatsAsync(id, stats => stats.GetProperty("successful").GetInt32() == 2);
        stats.GetProperty("successRate").GetDouble().ShouldBe(1);

        // A successful one too.
        var before = _relay.Subscriber.Received(url).Count;
        await _relay.SendAsync(HttpMethod.Post, $"/v1/deliveries/{deliveryId}/retry");
        await _relay.ReceivedAsync(url, before + 1);
    }

    [Fact]
    public async Task Gone_subscriber_pauses_its_endpoint_and_loses_nothing_that_comes_later()
    {
        var gone = true;
        var url = _relay.Subscriber.Add((context, _) =>
        {
            context.Response.StatusCode = Volatile.Read(ref gone) ? 410 : 200;
            return Task.CompletedTask;
        });
        var id = await _relay.SubscribeAsync(url, numberId: _number);
        await _relay.Bus.PublishAsync(Events.Received(_number));
        var endpoint = await _relay.ReadAsync($"/v1/webhooks/{id}", endpoint => !endpoint.GetProperty("active").GetBoolean());
        endpoint.GetProperty("pausedReason").GetString().ShouldBe("gone");
        await _relay.StatsAsync(id, stats => stats.GetProperty("failed").GetInt32() == 1);

        var late = Events.Received(_number);
        await _relay.Bus.PublishAsync(late);
        await _relay.StatsAsync(id, stats => stats.GetProperty("pending").GetInt32() == 1);
        Volatile.Write(ref gone, false);
        var resumed = await _relay.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { active = true });

        resumed.GetProperty("pausedReason").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await _relay.ReceivedAsync(url, 2))[1].Headers["webhook-id"].ShouldBe(late.EventId.ToString());
    }

    [Fact]
    public async Task Paused_endpoint_is_sent_nothing_but_a_test_until_it_is_resumed()
    {
        var url = _relay.Subscriber.Add();
        var id = await _relay.SubscribeAsync(url, numberId: _number);
        await _relay.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { active = false });
        var waiting = new[] { Events.Received(_number), Events.Status(_number) };
        await _relay.Bus.PublishAsync(waiting);
        await _relay.StatsAsync(id, stats => stats.GetProperty("pending").GetInt32() == 2);

        var test = (await _relay.SendAsync(HttpMethod.Post, $"/v1/webhooks/{id}/test")).GetProperty("deliveryId").GetString();

        var request = (await _relay.ReceivedAsync(url)).ShouldHaveSingleItem();
        request.Headers["webhook-id"].ShouldBe(test);
        var body = System.Text.Json.JsonDocument.Parse(request.Text).RootElement;
        body.GetProperty("event").GetString().ShouldBe("webhook.test");
        body.GetProperty("data").GetProperty("webhookId").GetString().ShouldBe(id);
        await _relay.ReadAsync($"/v1/deliveries/{test}", delivery => delivery.GetProperty("status").GetString() == "successful");

        await _relay.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { active = true });
        (await _relay.ReceivedAsync(url, 3)).Skip(1).Select(item => item.Headers["webhook-id"]).Order().ShouldBe(waiting.Select(item => item.EventId.ToString()).Order());
    }

    [Fact]
    public async Task Delivery_whose_content_is_gone_is_not_sent_empty_but_fails_and_says_why()
    {
        var url = _relay.Subscriber.Add();
        var id = await _relay.SubscribeAsync(url, numberId: _number);
        await _relay.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { active = false });
        var waiting = Events.Received(_number);
        await _relay.Bus.PublishAsync(waiting);
        await _relay.StatsAsync(id, stats => stats.GetProperty("pending").GetInt32() == 1);
        await using (var connection = await _relay.Database.OpenConnectionAsync())
        {
            await connection.ExecuteAsync("UPDATE events SET payload = NULL WHERE event_id = @EventId", new { waiting.EventId });
        }

        await _relay.SendAsync(HttpMethod.Patch, $"/v1/webhooks/{id}", new { active = true });

        var log = await _relay.ReadAsync($"/v1/webhooks/{id}/logs", log => log.GetProperty("items").GetArrayLength() == 1);
        log.GetProperty("items")[0].GetProperty("error").GetString().ShouldBe("The event's content is no longer kept.");
        _relay.Subscriber.Received(url).ShouldBeEmpty();
    }

    [Fact]
    public async Task Retry_after_holds_all_attempts_of_the_endpoint_back()
    {
        var url = _relay.Subscriber.Add((context, count) =>
        {
            context.Response.StatusCode = count == 1 ? 429 : 200;
            context.Response.Headers.RetryAfter = "3";
            return Task.CompletedTask;
        });
        var id = await _relay.SubscribeAsync(url, numberId: _number);
        await _relay.Bus.PublishAsync(Events.Received(_number));
        await _relay.ReadAsync($"/v1/webhooks/{id}/logs", logs => logs.GetProperty("items").GetArrayLength() == 1);

        await _relay.Bus.PublishAsync(Events.Received(_number));

        var requests = await _relay.ReceivedAsync(url, 3);
        requests.Skip(1).ShouldAllBe(request => request.At - requests[0].At >= TimeSpan.FromSeconds(3));
        await _relay.StatsAsync(id, stats => stats.GetProperty("successful").GetInt32() == 2);
    }

    [Fact]
    public async Task Redirect_is_a_failure_and_never_followed()
    {
        var target = _relay.Subscriber.Add();
        var url = _relay.Subscriber.Add((context, _) =>
        {
            context.Response.Redirect(target.ToString());
            return Task.CompletedTask;
        });
        var id = await _relay.SubscribeAsync(url, numberId: _number);

        await _relay.Bus.PublishAsync(Events.Received(_number));

        var item = (await _relay.ReadAsync($"/v1/webhooks/{id}/logs", logs => logs.GetProperty("items").GetArrayLength() > 0)).GetProperty("items")[0];
        item.GetProperty("statusCode").GetInt32().ShouldBe(302);
        item.GetProperty("status").GetString().ShouldBe("FAILED");
        _relay.Subscriber.Received(target).ShouldBeEmpty();
    }

    [Fact]
    public async Task Subscriber_that_hangs_or_closes_fails_alone_within_the_time_out()
    {
        var hanging = _relay.Subscriber.Add((context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var closing = _relay.Subscriber.Add((context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        var healthy = _relay.Subscriber.Add();
        var failing = new[] { await _relay.SubscribeAsync(hanging, numberId: _number), await _relay.SubscribeAsync(closing, numberId: _number) };
        await _relay.SubscribeAsync(healthy, numberId: _number);

        await _relay.Bus.PublishAsync(Enumerable.Range(0, 30).Select(_ => Events.Received(_number)));

        // All of them reach the healthy one before the first of the hanging ones has timed out.
        await _relay.ReceivedAsync(healthy, 30);
        foreach (var id in failing)
        {
            var item = (await _relay.ReadAsync($"/v1/webhooks/{id}/logs", logs => logs.GetProperty("items").GetArrayLength() > 0)).GetProperty("items").EnumerateArray().Last();
            item.GetProperty("status").GetString().ShouldBe("FAILED");
            item.GetProperty("error").GetString().ShouldNotBeNullOrEmpty();
            item.GetProperty("durationMs").GetInt32().ShouldBeLessThan(10_000);
        }
    }

    [Fact]
    public async Task Answer_that_drips_for_ever_is_a_success_and_delays_no_other()
    {
        var dripping = _relay.Subscriber.Add(async (context, _) =>
        {
            for (; ; )
            {
                await context.Response.WriteAsync("x", context.RequestAborted);
                await Task.Delay(50, context.RequestAborted);
            }
        });
        var id = await _relay.SubscribeAsync(dripping, numberId: _number);

        await _relay.Bus.PublishAsync(Enumerable.Range(0, 30).Select(_ => Events.Received(_number)));

        await _relay.StatsAsync(id, stats => stats.GetProperty("successful").GetInt32() == 30);
        _relay.Subscriber.Received(dripping).Count.ShouldBe(30);
        (await _relay.ReadAsync($"/v1/webhooks/{id}/logs")).GetProperty("items").EnumerateArray().ShouldAllBe(item => item.GetProperty("response").GetString()!.StartsWith('x'));
    }

    [Fact]
    public async Task Endless_answer_is_cut_at_four_kilobytes()
    {
        var url = _relay.Subscriber.Add(async (context, _) =>
        {
            var chunk = new string('é', 1000);
            for (; ; )
            {
                await context.Response.WriteAsync(chunk, context.RequestAborted);
            }
        });
        var id = await _relay.SubscribeAsync(url, numberId: _number);

        await _relay.Bus.PublishAsync(Events.Received(_number));

        var item = (await _relay.ReadAsync($"/v1/webhooks/{id}/logs", logs => logs.GetProperty("items").GetArrayLength() > 0)).GetProperty("items")[0];
        Encoding.UTF8.GetByteCount(item.GetProperty("response").GetString()!).ShouldBe(4096);
        item.GetProperty("status").GetString().ShouldBe("SUCCESS");
    }

    [Fact]
    public async Task Rate_limit_is_shared_by_all_replicas()
    {
        var url = _relay.Subscriber.Add();
        await _relay.SubscribeAsync(url, numberId: _number, rateLimit: 5);

        await _relay.Bus.PublishAsync(Enumerable.Range(0, 20).Select(_ => Events.Received(_number)));

        // Five from the full bucket, and five a second after that.
        var requests = await _relay.ReceivedAsync(url, 20);
        var start = requests.Min(request => request.At);
        (requests.Max(request => request.At) - start).ShouldBeGreaterThan(TimeSpan.FromSeconds(2.5));
        requests.Count(request => request.At - start < TimeSpan.FromSeconds(1)).ShouldBeLessThanOrEqualTo(11);
    }
}
