using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Npgsql;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.TestSupport;

namespace PilotHooks.ServiceDefaults.Tests.Api;

/// <summary>A small service made of the defaults, called over HTTP.</summary>
public sealed class ApiTests : IAsyncLifetime
{
    private const string Token = "a-token-of-enough-characters";
    private const string FormerToken = "the-token-that-this-one-replaces";

    private readonly RecordedLog _logged = new();
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(_logged);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["Gateway:Token"] = $"{Token},{FormerToken}";
        builder.AddServiceDefaults("test");
        builder.Services.AddGateway();
        _app = builder.Build();
        _app.MapDefaultEndpoints();
        _app.MapGet("/fault", string () => throw new InvalidOperationException("a secret"));
        _app.MapGet("/away", string () => throw new NpgsqlException("a secret", new IOException()));
        var api = _app.MapApi();
        api.MapGet("/numbers", (Caller caller, string? numberId) => TypedResults.Ok(new { NumberId = caller.Narrow(numberId) }));
        api.MapGet("/numbers/{id}", (Caller caller, string id) => caller.Sees(id) ? Results.Ok() : Problems.Of(StatusCodes.Status404NotFound, "There is no such number."));
        api.MapGet("/time", () => TypedResults.Ok(new { At = new DateTimeOffset(2026, 3, 1, 9, 0, 0, 7, TimeSpan.FromHours(-3)).AddTicks(9), Name = "é & <b>", Nothing = (string?)null }));
        api.MapGet("/page", (PageQuery page) => TypedResults.Ok(new { page.Limit }));
        api.MapPost("/things", (JsonBody body) => TypedResults.Ok(new { Fields = body.Root.EnumerateObject().Count() }));
        api.MapGet("/ids/{id}/more", (string id) => TypedResults.Text(id));
        api.MapGet("/rest/{**id}", (string id) => TypedResults.Text(id));
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a-token-of-enough-character")]
    [InlineData("A-token-of-enough-characters")]
    public async Task Call_past_the_gateway_is_a_401(string? token)
    {
        var (status, problem) = await GetAsync("/v1/numbers", token);

        status.ShouldBe(HttpStatusCode.Unauthorized);
        problem.GetProperty("status").GetInt32().ShouldBe(401);
        problem.GetProperty("traceId").GetString().ShouldNotBeNullOrEmpty();
        problem.ToString().ShouldNotContain(Token);
    }

    [Theory]
    [InlineData(Token)]
    [InlineData(FormerToken)]
    [InlineData(Token + "," + FormerToken)]
    public async Task Secret_itself_is_no_proof(string secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/numbers");
        request.Headers.Add(GatewayOptions.TokenHeader, secret);
        request.Headers.Add(GatewayOptions.CallerHeader, secret);

        (await _client.SendAsync(request)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData(Token)]
    [InlineData(FormerToken)]
    public async Task Each_of_the_configured_tokens_is_accepted(string token)
        => (await GetAsync("/v1/numbers", token, "num_1")).Body.GetProperty("numberId").GetString().ShouldBe("num_1");

    [Fact]
    public async Task Key_that_may_only_read_changes_nothing()
    {
        using var reading = Request(HttpMethod.Get, "/v1/numbers", token: null);
        reading.Headers.SetCaller(Token, readsOnly: true);
        (await _client.SendAsync(reading)).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var changing = Request(HttpMethod.Post, "/v1/things", token: null);
        changing.Headers.SetCaller(Token, readsOnly: true);
        changing.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        (await _client.SendAsync(changing)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData(null, null, 200, null)]
    [InlineData(null, "num_1", 200, "num_1")]
    [InlineData("num_1", null, 200, "num_1")]
    [InlineData("num_1", "num_1", 200, "num_1")]
    [InlineData("num_1", "num_2", 403, null)]
    public async Task Key_of_one_number_sees_only_that_number(string? keyOf, string? asked, int status, string? seen)
    {
        var (got, body) = await GetAsync($"/v1/numbers?numberId={asked}", Token, keyOf);

        ((int)got).ShouldBe(status);
        if (status == 200)
        {
            body.GetProperty("numberId").GetString().ShouldBe(seen);
        }
    }

    [Theory]
    [InlineData(null, HttpStatusCode.OK)]
    [InlineData("num_2", HttpStatusCode.OK)]
    [InlineData("num_1", HttpStatusCode.NotFound)]
    public async Task Object_of_another_number_is_not_there(string? keyOf, HttpStatusCode status)
        => (await GetAsync("/v1/numbers/num_2", Token, keyOf)).Status.ShouldBe(status);

    [Theory]
    [InlineData("/nowhere", 404)]
    [InlineData("/v1/page?limit=0", 400)]
    [InlineData("/v1/page?cursor=x", 400)]
    [InlineData("/v1/numbers?numberId=%00", 400)]
    [InlineData("/fault", 500)]
    [InlineData("/away", 503)]
    public async Task Every_error_is_a_problem_with_a_trace_id_and_no_secret(string path, int status)
    {
        using var request = Request(HttpMethod.Get, path, Token);
        using var answer = await _client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var problem = JsonDocument.Parse(text).RootElement;

        ((int)answer.StatusCode).ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        problem.GetProperty("status").GetInt32().ShouldBe(status);
        problem.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
        problem.GetProperty("traceId").GetString()!.Length.ShouldBe(32);
        text.ShouldNotContain("a secret");
        (answer.Headers.RetryAfter is not null).ShouldBe(status == 503);
    }

    [Theory]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("a%2fb", "a/b")]
    [InlineData("wamid.QU%2Fx9w%3D%3D", "wamid.QU/x9w==")]
    [InlineData("a%2Bb+c", "a+b+c")]
    [InlineData("a%252Fb", "a%2Fb")]
    [InlineData("a%25252Fb%2F%252F", "a%252Fb/%2F")]
    [InlineData("100%25", "100%")]
    [InlineData("%2F", "/")]
    [InlineData("a%20b%C3%A9%2F%3F%23", "a bé/?#")]
    [InlineData("a%2Fb?x=%2F", "a/b")]
    public async Task Id_in_a_path_is_unescaped_exactly_once(string written, string id)
    {
        var (segment, query) = (written.Split('?')[0], written.Contains('?') ? "?x=%2F" : "");

        (await GetTextAsync($"/v1/ids/{segment}/more{query}")).ShouldBe(id);
        (await GetTextAsync($"/v1/rest/{segment}{query}")).ShouldBe(id);
        (await GetTextAsync($"/v1/nothing/%2E%2E/ids/{segment}/more{query}")).ShouldBe(id.Replace("%2F", "/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rest_of_a_path_keeps_its_slashes()
        => (await GetTextAsync("/v1/rest/a/b%2Fc/d%252F")).ShouldBe("a/b/c/d%2F");

    [Fact]
    public async Task Wrong_method_is_a_405_problem()
    {
        using var request = Request(HttpMethod.Delete, "/v1/numbers", Token);
        using var answer = await _client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task Json_has_utc_times_with_milliseconds_letters_as_they_are_and_nulls()
    {
        using var request = Request(HttpMethod.Get, "/v1/time", Token);
        using var answer = await _client.SendAsync(request);

        (await answer.Content.ReadAsStringAsync()).ShouldBe("""{"at":"2026-03-01T12:00:00.007Z","name":"é & <b>","nothing":null}""");
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    public async Task Probes_answer_without_the_gateway(string path)
    {
        using var answer = await _client.GetAsync(new Uri(path, UriKind.Relative));

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData(" ", 400)]
    [InlineData("null", 400)]
    [InlineData("[]", 400)]
    [InlineData("\"{}\"", 400)]
    [InlineData("{", 400)]
    [InlineData("{} {}", 400)]
    [InlineData("{\"a\":\"\\ud83d\"}", 400)]
    [InlineData("{\"a\":[{\"b\":\"x\\ude00\"}]}", 400)]
    [InlineData("{\"\\ud800\":1}", 400)]
    [InlineData("{\"a\":\"\\ud83d\\ude00\",\"b\":null}", 200)]
    [InlineData("\uFEFF{\"a\":1,\"b\":2}", 200)]
    public async Task Body_is_a_json_object_of_text(string body, int status)
    {
        using var request = Request(HttpMethod.Post, "/v1/things", Token);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var answer = await _client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();

        ((int)answer.StatusCode).ShouldBe(status, text);
        if (status == 200)
        {
            JsonDocument.Parse(text).RootElement.GetProperty("fields").GetInt32().ShouldBe(2);
        }
        else
        {
            JsonDocument.Parse(text).RootElement.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        }

        _logged.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_a_400()
    {
        using var request = Request(HttpMethod.Post, "/v1/things", Token);
        request.Content = new ByteArrayContent([.. "{\"a\":\""u8, 0xFF, .. "\"}"u8]) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var answer = await _client.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("/v1/page?limit=0")]
    [InlineData("/v1/page?cursor=x")]
    [InlineData("/v1/numbers?numberId=num_2")]
    [InlineData("/nowhere")]
    public async Task Callers_mistake_is_no_error_in_the_log(string path)
    {
        using var request = Request(HttpMethod.Get, path, Token, keyOf: "num_1");
        using var answer = await _client.SendAsync(request);

        ((int)answer.StatusCode).ShouldBeInRange(400, 499);
        _logged.Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Fault_of_ours_is_an_error_in_the_log()
    {
        using var request = Request(HttpMethod.Get, "/fault", Token);
        using var answer = await _client.SendAsync(request);

        _logged.Errors.ShouldHaveSingleItem().ShouldBeOfType<InvalidOperationException>();
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string? token, string? keyOf = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (token is not null)
        {
            request.Headers.SetCaller(token, keyOf);
        }

        return request;
    }

    private async Task<string> GetTextAsync(string path)
    {
        // As written: a plain Uri would resolve dots.
        using var request = Request(HttpMethod.Get, path, Token);
        request.RequestUri = new Uri(_client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var answer = await _client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(string path, string? token, string? keyOf = null)
    {
        using var request = Request(HttpMethod.Get, path, token, keyOf);
        using var answer = await _client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }
}
