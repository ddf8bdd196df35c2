using Microsoft.AspNetCore.Http;
using PilotHooks.Console.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Components.Overview;

/// <summary>The first page of a system to which nothing was sent yet. In the collection, because a console of another database takes the dead letters of the others' tests.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class FirstRunTests : IAsyncLifetime
{
    private FakeService _relay = null!;
    private ServiceProcess _console = null!;

    public async Task InitializeAsync()
    {
        var broker = await TestServers.BrokerAsync();
        var postgres = await TestServers.PostgresAsync();
        _relay = await FakeService.StartAsync("relay");
        _relay.Answer = context => context.Response.WriteAsync("""{"items":[],"next":null}""");
        _console = await ConsoleProcess.StartAsync(
            broker.ConnectionString, postgres.ConnectionString, $"console_{Guid.NewGuid():N}", relay: _relay.Address,
            more: new Dictionary<string, string?> { ["Console__IngressUrl"] = "https://hooks.example.com/" });
    }

    public async Task DisposeAsync()
    {
        await _console.DisposeAsync();
        await _relay.DisposeAsync();
    }

    [Fact]
    public async Task Newcomer_is_told_where_to_point_the_provider_and_how_to_try_it()
    {
        using var browser = await BrowserClient.SignedInAsync(_console);

        var page = await browser.Http.GetStringAsync("/");

        page.ShouldContain("Nothing has come yet");
        page.ShouldContain("https://hooks.example.com/hooks/whatsapp</code>");
        page.ShouldContain("https://hooks.example.com/hooks/platform</code>");
        page.ShouldContain("curl https://hooks.example.com/hooks/whatsapp");
        page.ShouldContain($"curl {_console.Address}v1/webhooks");
    }

    [Fact]
    public async Task Page_says_so_when_the_archive_does_not_answer()
    {
        _relay.Answer = context =>
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        };
        using var browser = await BrowserClient.SignedInAsync(_console);

        var page = await browser.Http.GetStringAsync("/events");

        page.ShouldContain("Something went wrong");
    }
}
