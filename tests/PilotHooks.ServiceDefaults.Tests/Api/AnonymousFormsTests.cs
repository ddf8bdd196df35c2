using System.Net;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PilotHooks.ServiceDefaults.Api;
using PilotHooks.TestSupport;

namespace PilotHooks.ServiceDefaults.Tests.Api;

/// <summary>Forms of people who have not signed in, and of one who has.</summary>
public sealed class AnonymousFormsTests : IAsyncLifetime
{
    private const string Form = "application/x-www-form-urlencoded";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    private WebApplication _app = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["Limits:BodyDeadline"] = "00:00:01";
        builder.AddServiceDefaults("test");
        _app = builder.Build();
        _app.MapDefaultEndpoints();
        _app.Use((context, next) =>
        {
            if (context.Request.Headers.ContainsKey("x-signed-in"))
            {
                context.User = new ClaimsPrincipal(new ClaimsIdentity("test"));
            }

            return next(context);
        });
        _app.UseAnonymousForms();
        _app.MapPost("/sign-in", (Delegate)(async (HttpContext context) => TypedResults.Text((await context.Request.ReadFormAsync())["key"].ToString())));
        _app.MapPost("/v1/things", (Delegate)(async (HttpContext context) => TypedResults.Text(await new StreamReader(context.Request.Body).ReadToEndAsync())));
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData(100, false, HttpStatusCode.OK)]
    [InlineData(17 * 1024, false, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(17 * 1024, true, HttpStatusCode.OK)]
    public async Task Form_is_small_until_its_sender_has_signed_in(int length, bool isSignedIn, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in") { Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["key"] = new('x', length) }) };
        if (isSignedIn)
        {
            request.Headers.Add("x-signed-in", "1");
        }

        using var answer = await _client.SendAsync(request);

        answer.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task Form_that_does_not_end_is_answered_408()
    {
        using var post = await RawPost.StartAsync(_client.BaseAddress!, "/sign-in", 1000, contentType: Form);
        await post.SendAsync("key=ps_"u8.ToArray());

        (await post.ReadSomeAsync(Soon)).ShouldStartWith("HTTP/1.1 408 ");
    }

    [Fact]
    public async Task Form_that_is_none_is_answered_400()
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(string.Join('&', Enumerable.Range(0, 1100).Select(i => $"k{i}=1"))));
        content.Headers.ContentType = new(Form);
        using var answer = await _client.PostAsync(new Uri("/sign-in", UriKind.Relative), content);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Body_of_the_api_is_left_to_whoever_reads_it()
    {
        using var content = new FormUrlEncodedContent(new Dictionary<string, string> { ["key"] = "value" });
        using var answer = await _client.PostAsync(new Uri("/v1/things", UriKind.Relative), content);

        (await answer.Content.ReadAsStringAsync()).ShouldBe("key=value");
    }
}
