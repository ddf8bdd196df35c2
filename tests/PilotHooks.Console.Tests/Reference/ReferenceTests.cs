using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using PilotHooks.Console.Reference;
using PilotHooks.Console.Tests.Support;

namespace PilotHooks.Console.Tests.Reference;

/// <summary>Whoever may not sign in may read what the API is.</summary>
[Collection(ConsoleCollection.Name)]
public sealed partial class ReferenceTests(ConsoleFixture fixture)
{
    [Fact]
    public async Task Document_is_answered_without_a_key_and_not_again_while_it_is_the_same()
    {
        using var answer = await fixture.First.Client.GetAsync(ReferenceEndpoints.Path);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(ApiReference.Document);
        using var again = new HttpRequestMessage(HttpMethod.Get, ReferenceEndpoints.Path);
        again.Headers.IfNoneMatch.Add(answer.Headers.ETag!);
        (await fixture.First.Client.SendAsync(again)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Page_shows_every_operation_and_schema_without_a_session_or_any_script_of_its_own()
    {
        using var browser = new BrowserClient(fixture.First);

        using var answer = await browser.Http.GetAsync("/docs");
        var page = await answer.Content.ReadAsStringAsync();

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldNotContain("unsafe");
        Inline().IsMatch(page).ShouldBeFalse();
        Elsewhere().Matches(page).Select(match => match.Value).ShouldBeEmpty();
        foreach (var id in Ids())
        {
            page.ShouldContain($"id=\"{id}\"");
        }
    }

    private static IEnumerable<string> Ids()
    {
        using var document = JsonDocument.Parse(ApiReference.Document);
        string[] operations =
        [
            .. document.RootElement.GetProperty("paths").EnumerateObject().Concat(document.RootElement.GetProperty("webhooks").EnumerateObject())
                .SelectMany(path => path.Value.EnumerateObject()).Select(operation => operation.Value.GetProperty("operationId").GetString()!),
        ];
        return [.. operations, .. document.RootElement.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(schema => $"schema-{schema.Name}")];
    }

    [GeneratedRegex("<style|<script(?![^>]* src=)| style=\"| on[a-z]+=\"")]
    private static partial Regex Inline();

    /// <summary>What a browser would fetch from another machine.</summary>
    [GeneratedRegex("(src|<link[^>]* href)=\"(https?:)?//[^\"]*\"")]
    private static partial Regex Elsewhere();
}
