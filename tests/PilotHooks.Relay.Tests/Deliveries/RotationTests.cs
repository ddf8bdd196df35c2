using System.Net;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using PilotHooks.TestSupport;

namespace PilotHooks.Relay.Tests.Deliveries;

/// <summary>Receivers that check signatures as the platform documents it, while their secret is being replaced.</summary>
[Collection(RelayFixture.Collection)]
public sealed class RotationTests(RelayFixture fixture)
{
    private const string Old = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string New = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private readonly RelaySystem _relay = fixture.System;
    private readonly string _number = $"num_{Guid.NewGuid():N}";
    private string _secret = Old;

    [Fact]
    public async Task Receiver_of_the_old_secret_is_sent_its_signature_alone()
    {
        var (id, url) = await RotateAsync();

        await DeliverAsync(id);
        await DeliverAsync(id, 2);

        var requests = _relay.Subscriber.Received(url);
        requests.Select(request => request.Headers["X-Webhook-Signature"]).ShouldBe(requests.Select(request => Hex(Old, request)));
        requests.ShouldAllBe(request => request.Headers["webhook-signature"] == $"{Standard(New, request)} {Standard(Old, request)}");
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Receiver_of_the_new_secret_gets_it_at_once_and_from_then_on_first(int refusal)
    {
        var (id, url) = await RotateAsync(refusal: refusal);
        _secret = New;

        await DeliverAsync(id);

        var requests = _relay.Subscriber.Received(url);
        requests.Select(request => request.Headers["X-Webhook-Signature"]).ShouldBe([Hex(Old, requests[0]), Hex(New, requests[0])]);
        foreach (var same in new Func<ReceivedRequest, string>[] { request => request.Text, request => request.Headers["webhook-id"], request => request.Headers["webhook-timestamp"], request => request.Headers["webhook-signature"] })
        {
            same(requests[1]).ShouldBe(same(requests[0]));
        }

        // One attempt: the schedule is not used up by a rotation.
        var log = (await _relay.ReadAsync($"/v1/webhooks/{id}/logs")).GetProperty("items").EnumerateArray().ShouldHaveSingleItem();
        (log.GetProperty("attempt").GetInt32(), log.GetProperty("status").GetString(), log.GetProperty("statusCode").GetInt32()).ShouldBe((1, "SUCCESS", 200));

        // Whichever replica it is.
        for (var i = 2; i <= 6; i++)
        {
            await DeliverAsync(id, i);
        }

        _relay.Subscriber.Received(url).Skip(2).Select(request => request.Headers["X-Webhook-Signature"]).ShouldBe(_relay.Subscriber.Received(url).Skip(2).Select(request => Hex(New, request)));
        _relay.Subscriber.Received(url).Count.ShouldBe(7);
    }

    [Fact]
    public async Task Receiver_that_goes_back_to_the_old_secret_gets_it_again()
    {
        var (id, url) = await RotateAsync();
        _secret = New;
        await DeliverAsync(id);
        _secret = Old;
        await DeliverAsync(id, 2);

        await DeliverAsync(id, 3);

        _relay.Subscriber.Received(url).Select(request => request.Headers["X-Webhook-Signature"] == Hex(New, request)).ShouldBe([false, true, true, false, false]);
    }

    [Fact]
    public async Task Receiver_that_takes_neither_secret_fails_one_attempt_of_two_tries()
    {
        var (id, url) = await RotateAsync();
        _secret = "neither";

        await _relay.Bus.PublishAsync(Events.Received(_number));

        await _relay.StatsAsync(id, stats => stats.GetProperty("failed").GetInt32() == 1);
        var log = (await _relay.ReadAsync($"/v1/webhooks/{id}/logs")).GetProperty("items").EnumerateArray().ToList();
        log.Select(item => (item.GetProperty("attempt").GetInt32(), item.GetProperty("statusCode").GetInt32())).ShouldBe([(4, 401), (3, 401), (2, 401), (1, 401)]);
        log.ShouldAllBe(item => item.GetProperty("error").GetString()!.Contains("old secret"));
        _relay.Subscriber.Received(url).Count.ShouldBe(8);
    }

    [Theory]
    [InlineData(404, "both")]
    [InlineData(500, "both")]
    [InlineData(401, "standard")]
    public async Task Another_failure_or_another_signature_is_no_reason_for_a_second_try(int refusal, string signature)
    {
        var (id, url) = await RotateAsync(refusal: refusal, signature: signature);
        _secret = "neither";

        await _relay.Bus.PublishAsync(Events.Received(_number));

        await _relay.StatsAsync(id, stats => stats.GetProperty("failed").GetInt32() == 1);
        _relay.Subscriber.Received(url).Count.ShouldBe(4);
    }

    [Fact]
    public async Task Next_rotation_begins_with_its_own_old_secret()
    {
        const string next = "whsec_/////////////////////////////////////////w==";
        var (id, url) = await RotateAsync();
        _secret = New;
        await DeliverAsync(id);

        await RotateAsync(id, next);
        await DeliverAsync(id, 2);

        _relay.Subscriber.Received(url).Count.ShouldBe(3);
        var last = _relay.Subscriber.Received(url)[2];
        last.Headers["webhook-signature"].ShouldBe($"{Standard(next, last)} {Standard(New, last)}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Old_secret_signs_nothing_without_an_overlap_or_after_it(bool ended)
    {
        var (id, url) = await RotateAsync(overlapSeconds: ended ? 600 : 0);
        _secret = New;
        if (ended)
        {
            await using var connection = await _relay.Database.OpenConnectionAsync();
            await connection.ExecuteAsync("UPDATE endpoints SET old_secret_until = now() - interval '1 second' WHERE id = @id", new { id });
        }

        await DeliverAsync(id);

        var request = _relay.Subscriber.Received(url).ShouldHaveSingleItem();
        request.Headers["webhook-signature"].ShouldBe(Standard(New, request));
    }

    private static string Hex(string secret, ReceivedRequest request) => Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), request.Body));

    private static string Standard(string secret, ReceivedRequest request)
        => "v1," + Convert.ToBase64String(HMACSHA256.HashData(
            Convert.FromBase64String(secret[6..]), Encoding.UTF8.GetBytes($"{request.Headers["webhook-id"]}.{request.Headers["webhook-timestamp"]}.{request.Text}")));

    /// <summary>An endpoint within a rotation, whose receiver checks for the secret of the moment.</summary>
    private async Task<(string Id, Uri Url)> RotateAsync(int refusal = 401, string signature = "both", int overlapSeconds = 600)
    {
        Uri? url = null;
        url = _relay.Subscriber.Add((context, count) =>
        {
            var request = _relay.Subscriber.Received(url!)[count - 1];
            context.Response.StatusCode = request.Headers.GetValueOrDefault("X-Webhook-Signature") == Hex(Volatile.Read(ref _secret), request) ? 200 : refusal;
            return Task.CompletedTask;
        });
        var id = await _relay.SubscribeAsync(url, secret: Old, numberId: _number, signature: signature);
        await RotateAsync(id, New, overlapSeconds);
        return (id, url);
    }

    private async Task RotateAsync(string id, string secret, int overlapSeconds = 600)
        => (await _relay.CallAsync(HttpMethod.Post, $"/v1/webhooks/{id}/rotate-secret", new { secret, overlapSeconds })).Status.ShouldBe(HttpStatusCode.NoContent);

    /// <summary>Has one more event delivered, with success, which makes so many.</summary>
    private async Task DeliverAsync(string id, int successful = 1)
    {
        await _relay.Bus.PublishAsync(Events.Received(_number));
        await _relay.StatsAsync(id, stats => stats.GetProperty("successful").GetInt32() == successful);
    }
}
