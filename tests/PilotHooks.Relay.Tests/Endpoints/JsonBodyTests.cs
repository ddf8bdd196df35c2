using System.Net;
using System.Text;
using PilotHooks.TestSupport;

namespace PilotHooks.Relay.Tests.Endpoints;

[Collection(RelayFixture.Collection)]
public sealed class JsonBodyTests(RelayFixture fixture)
{
    private readonly RelaySystem _relay = fixture.System;

    public static TheoryData<string?> NoObjects => [null, "", " ", "null", "[]", "[{}]", "5", "true", "\"{}\"", "{", "{} {}", "nonsense"];

    public static TheoryData<string> HalfCharacters =>
    [
        """{ "url": "https://example.com/", "name": "half \ud83d", "events": [] }""",
        """{ "url": "https://example.com/", "name": "half \ude00 \ud83d", "events": [] }""",
        """{ "url": "https://example.com/\udfff", "name": "x", "events": [] }""",
        """{ "url": "https://example.com/", "name": "x", "description": "\ud83dx", "events": [] }""",
        """{ "url": "https://example.com/", "name": "x", "events": ["message.\ud83d"] }""",
        """{ "\ud83d": 1 }""",
    ];

    [Theory]
    [MemberData(nameof(NoObjects))]
    [MemberData(nameof(HalfCharacters))]
    public async Task Body_that_is_no_object_or_no_text_is_refused_and_changes_nothing(string? body)
    {
        var id = await _relay.SubscribeAsync(new Uri("https://example.com/"), []);
        var before = (await _relay.ReadAsync($"/v1/webhooks/{id}")).ToString();

        foreach (var (method, path) in new[] { (HttpMethod.Post, "/v1/webhooks"), (HttpMethod.Patch, $"/v1/webhooks/{id}") })
        {
            var (status, problem, response) = await _relay.CallAsync(method, path, body);

            status.ShouldBe(HttpStatusCode.BadRequest, $"{method} {body}");
            response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            problem.GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();
            problem.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        }

        (await _relay.ReadAsync($"/v1/webhooks/{id}")).ToString().ShouldBe(before);
        _relay.Replica.Output.ShouldNotContain("unhandled exception");
    }

    [Theory]
    [InlineData("""{ "secret": "\ud83d" }""")]
    [InlineData("""{ "\ud83d": 1 }""")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    public async Task Rotation_whose_body_is_no_object_or_no_text_is_refused(string body)
    {
        var id = await _relay.SubscribeAsync(new Uri("https://example.com/"), []);

        (await _relay.CallAsync(HttpMethod.Post, $"/v1/webhooks/{id}/rotate-secret", body)).Status.ShouldBe(HttpStatusCode.BadRequest);
        _relay.Replica.Output.ShouldNotContain("unhandled exception");
    }

    [Fact]
    public async Task Body_that_is_not_utf_8_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/webhooks");
        request.Headers.SetCaller(RelaySystem.GatewayToken);
        request.Content = new ByteArrayContent([.. Encoding.ASCII.GetBytes("""{ "url": "https://example.com/", "name": """), 0x22, 0xFF, 0x22, .. ""","events":[]}"""u8]);
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");

        using var response = await _relay.Replica.Client.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Body_of_another_type_is_a_415()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/webhooks");
        request.Headers.SetCaller(RelaySystem.GatewayToken);
        request.Content = new StringContent("url=https://example.com/", Encoding.UTF8, "application/x-www-form-urlencoded");

        using var response = await _relay.Replica.Client.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    /// <summary>A caller's mistake is told to the caller; the log is for ours.</summary>
    [Theory]
    [InlineData("GET", "/v1/webhooks?limit=0")]
    [InlineData("GET", "/v1/webhooks?cursor=nonsense")]
    [InlineData("GET", "/v1/events?since=yesterday")]
    [InlineData("GET", "/v1/webhooks?failing=perhaps")]
    [InlineData("POST", "/v1/webhooks")]
    public async Task Refused_call_is_no_error_in_the_log(string method, string path)
    {
        (await _relay.CallAsync(new HttpMethod(method), path)).Status.ShouldBe(HttpStatusCode.BadRequest);

        _relay.Replica.Output.ShouldNotContain("unhandled exception");
        _relay.Replica.Output.ShouldNotContain(nameof(Microsoft.AspNetCore.Http.BadHttpRequestException));
    }
}
