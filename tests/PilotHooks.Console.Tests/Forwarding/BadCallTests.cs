using System.Net.Http.Headers;
using System.Text;
using PilotHooks.Console.Tests.Support;

namespace PilotHooks.Console.Tests.Forwarding;

/// <summary>What a caller does wrong is told to the caller, and is no error in the log.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class BadCallTests(ConsoleFixture fixture)
{
    /// <summary>The log is that of all tests, and doubles of services answer some of them with what no service would.</summary>
    private readonly int _before = fixture.First.Output.Length;

    [Theory]
    [InlineData("POST", "/v1/api-keys", null)]
    [InlineData("POST", "/v1/api-keys", "")]
    [InlineData("POST", "/v1/api-keys", "[]")]
    [InlineData("POST", "/v1/api-keys", "\"text\"")]
    [InlineData("POST", "/v1/api-keys", """{"name":"half \ud83d"}""")]
    [InlineData("POST", "/v1/api-keys", """{"name":"half \ude00 of a pair"}""")]
    [InlineData("POST", "/v1/api-keys", """{"name":"a","numberId":"\udc00"}""")]
    [InlineData("GET", "/v1/dead-letters?limit=0", null)]
    [InlineData("GET", "/v1/dead-letters?cursor=nonsense", null)]
    [InlineData("GET", "/v1/api-keys?limit=x", null)]
    [InlineData("GET", "/v1/overview?points=x", null)]
    public async Task Bad_call_is_a_400_and_leaves_no_error_in_the_log(string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        using var answer = await fixture.First.Client.SendAsync(request);

        await answer.ShouldBeProblemAsync(400);
        Unhandled().ShouldBeEmpty();
    }

    [Fact]
    public async Task Refused_number_and_key_leave_no_error_in_the_log()
    {
        var (_, key) = await fixture.First.CreateKeyAsync("cmm0mine");
        using var client = fixture.First.ClientWith(key);

        await (await client.GetAsync("/v1/dead-letters?numberId=cmm0other")).ShouldBeProblemAsync(403);
        await (await client.GetAsync("/v1/overview")).ShouldBeProblemAsync(403);
        using var wrong = fixture.First.ClientWith("ps_wrong");
        await (await wrong.GetAsync("/v1/dead-letters")).ShouldBeProblemAsync(401);

        Unhandled().ShouldBeEmpty();
    }

    /// <summary>What the console said since the test began, from its first unhandled exception on.</summary>
    private string Unhandled()
        => fixture.First.Output[_before..] is var output && output.IndexOf("unhandled exception", StringComparison.OrdinalIgnoreCase) is >= 0 and var first ? output[first..] : "";
}
