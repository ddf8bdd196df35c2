using System.Net;
using PilotHooks.TestSupport;

namespace PilotHooks.Relay.Tests.Endpoints;

[Collection(RelayFixture.Collection)]
public sealed class SecretsApiTests(RelayFixture fixture)
{
    private const string Secret = "whsec_c2VjcmV0LW9mLXRoZS11c2VyLWl0c2VsZi1vaw==";
    private static readonly Uri Url = new("https://example.com/hooks/whatsapp");
    private readonly RelaySystem _relay = fixture.System;
    private readonly string _number = $"num_{Guid.NewGuid():N}";

    [Fact]
    public async Task Console_is_shown_the_secret_that_signs_and_keeps_no_copy()
    {
        var id = await _relay.SubscribeAsync(Url, secret: Secret, numberId: _number);

        var (status, body, response) = await _relay.CallAsync(HttpMethod.Get, $"/internal/webhooks/{id}/secret");

        status.ShouldBe(HttpStatusCode.OK);
        body.GetProperty("secret").GetString().ShouldBe(Secret);
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();

        await _relay.CallAsync(HttpMethod.Post, $"/v1/webhooks/{id}/rotate-secret", new { overlapSeconds = 600 });
        var rotated = (await _relay.ReadAsync($"/internal/webhooks/{id}/secret")).GetProperty("secret").GetString();
        rotated.ShouldNotBe(Secret);
        Relay.Endpoints.Secret.Parse(rotated!).ShouldNotBeNull();
        _relay.Replicas.ShouldAllBe(replica => !replica.Output.Contains("whsec_", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a token that somebody guessed")]
    public async Task Secret_is_shown_to_nobody_without_the_gateways_token(string? token)
    {
        var id = await _relay.SubscribeAsync(Url, secret: Secret, numberId: _number);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/internal/webhooks/{id}/secret");
        if (token is not null)
        {
            request.Headers.SetCaller(token);
        }

        using var response = await _relay.Replica.Client.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await response.Content.ReadAsStringAsync()).ShouldNotContain("whsec_");
    }

    [Fact]
    public async Task Secret_is_not_shown_to_a_key_that_may_only_read()
    {
        var id = await _relay.SubscribeAsync(Url, secret: Secret, numberId: _number);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/internal/webhooks/{id}/secret");
        request.Headers.SetCaller(RelaySystem.GatewayToken, readsOnly: true);

        using var response = await _relay.Replica.Client.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await response.Content.ReadAsStringAsync()).ShouldNotContain("whsec_");
    }

    [Fact]
    public async Task Secret_of_another_numbers_endpoint_is_not_found()
    {
        var (own, other, all) = (await _relay.SubscribeAsync(Url, numberId: _number), await _relay.SubscribeAsync(Url, numberId: _number + "x"), await _relay.SubscribeAsync(Url, []));

        (await _relay.CallAsync(HttpMethod.Get, $"/internal/webhooks/{own}/secret", keyOfNumber: _number)).Status.ShouldBe(HttpStatusCode.OK);
        foreach (var id in new[] { other, all, "wh_nobody" })
        {
            (await _relay.CallAsync(HttpMethod.Get, $"/internal/webhooks/{id}/secret", keyOfNumber: _number)).Status.ShouldBe(HttpStatusCode.NotFound);
        }
    }

    /// <summary>The console forwards /v1/webhooks/ and all that follows, with the token.</summary>
    [Theory]
    [InlineData("/v1/webhooks/{0}/secret")]
    [InlineData("/v1/internal/webhooks/{0}/secret")]
    [InlineData("/v1/webhooks/internal/webhooks/{0}/secret")]
    [InlineData("/v1/webhooks/..%2F..%2Finternal/webhooks/{0}/secret")]
    public async Task Secret_is_under_no_path_that_the_console_forwards(string path)
    {
        var id = await _relay.SubscribeAsync(Url, secret: Secret, numberId: _number);

        var (status, body, _) = await _relay.CallAsync(HttpMethod.Get, path.Replace("{0}", id, StringComparison.Ordinal));

        status.ShouldBe(HttpStatusCode.NotFound);
        body.ToString().ShouldNotContain("whsec_");
    }
}
