using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.ServiceDefaults.Tests.Api;

/// <summary>A value that cannot be read may be anything: a phone number, a token, a line that looks like one of the log.</summary>
public class EchoTests
{
    private const string Phone = "5511987654321";

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    [InlineData("Staging")]
    public async Task Value_that_cannot_be_read_is_in_no_answer_and_no_line_of_the_log(string environment)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        var lines = new RecordedLog();
        builder.Logging.ClearProviders().AddProvider(lines).SetMinimumLevel(LogLevel.Trace);
        // As an operator might who looks for a fault; the framework's lines of whole requests are another matter.
        builder.Configuration["Logging:LogLevel:Microsoft.AspNetCore.Http"] = "Trace";
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddServiceDefaults("test");
        await using var app = builder.Build();
        app.MapDefaultEndpoints();
        app.MapGet("/flag", (bool? on) => TypedResults.Ok(new { on }));
        app.MapGet("/numbers/{id}", (Guid id, int? size, DateTimeOffset? at) => TypedResults.Ok(new { id, size, at }));
        app.MapGet("/page", (PageQuery page, TimeRange range) => TypedResults.Ok(new { page.Limit, range.Since }));
        app.MapPost("/thing", (Thing thing) => TypedResults.Ok(thing));
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        const string forged = $"x%0D%0Aerror%3A+forged+%2B{Phone}";

        foreach (var path in new[]
        {
            $"/flag?on={forged}", $"/numbers/{forged}", $"/numbers/{Guid.Empty}?size={forged}", $"/numbers/{Guid.Empty}?at={forged}", $"/page?limit={forged}",
            $"/page?cursor={forged}", $"/page?since={forged}",
        })
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, path);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            answer.Headers.Server.ShouldBeEmpty();
            (await answer.Content.ReadAsStringAsync()).ShouldNotContain(Phone);
        }

        using var body = new StringContent($$"""{ "size": "{{Phone}}\r\nerror: forged" }""", System.Text.Encoding.UTF8, "application/json");
        using var posted = await client.PostAsync(new Uri("/thing", UriKind.Relative), body);
        posted.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await posted.Content.ReadAsStringAsync()).ShouldNotContain(Phone);

        lines.Entries.Select(entry => $"{entry.Text} {entry.Exception}").ShouldNotContain(line => line.Contains(Phone) || line.Contains("forged"));
    }

    private sealed record Thing(int Size);
}
