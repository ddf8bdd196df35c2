using System.Net;
using Microsoft.AspNetCore.Http;
using PilotHooks.Console.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Forwarding;

public sealed class ServiceAwayTests : IAsyncLifetime
{
    private FakeService _messaging = null!;
    private ServiceProcess _console = null!;

    public async Task InitializeAsync()
    {
        _messaging = await FakeService.StartAsync("messaging");
        _console = await ConsoleProcess.StartAsync(
            (await TestServers.BrokerAsync()).ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, $"console_{Guid.NewGuid():N}",
            // The first of the two replicas is not there.
            [ConsoleProcess.Nowhere, _messaging.Address],
            more: new Dictionary<string, string?> { ["Forwarding__Timeout"] = "00:00:01" });
    }

    public async Task DisposeAsync()
    {
        await _console.DisposeAsync();
        await _messaging.DisposeAsync();
    }

    [Fact]
    public async Task Service_that_is_away_is_named()
    {
        using var answer = await _console.Client.GetAsync("/v1/numbers");

        (await answer.ShouldBeProblemAsync(503)).ShouldContain("numbers");
        answer.Headers.RetryAfter.ShouldNotBeNull();
        await _console.WaitUntilHealthyAsync();
    }

    [Fact]
    public async Task Another_replica_answers_for_one_that_is_away()
    {
        for (var call = 0; call < 6; call++)
        {
            using var content = new ByteArrayContent(new byte[100_000]);
            using var answer = await _console.Client.PostAsync("/v1/messages/send", content);
            ((long)(await answer.ReadJsonAsync())["bytes"]!).ShouldBe(100_000);
        }
    }

    [Fact]
    public async Task Service_that_does_not_answer_in_time_is_given_up()
    {
        var released = new TaskCompletionSource();
        _messaging.Answer = _ => released.Task;
        try
        {
            (await (await _console.Client.GetAsync("/v1/messages")).ShouldBeProblemAsync(504)).ShouldContain("messaging");
        }
        finally
        {
            released.SetResult();
            _messaging.Answer = null;
        }
    }

    [Fact]
    public async Task Service_that_breaks_off_before_its_answer_is_named()
    {
        _messaging.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        try
        {
            using var answer = await _console.Client.PostAsync("/v1/messages/send", new StringContent("{}"));
            (await answer.ShouldBeProblemAsync(502)).ShouldContain("messaging");
        }
        finally
        {
            _messaging.Answer = null;
        }
    }

    [Fact]
    public async Task Answer_that_breaks_off_in_its_middle_is_not_taken_for_a_whole_one()
    {
        _messaging.Answer = async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            context.Abort();
        };
        try
        {
            await Should.ThrowAsync<HttpRequestException>(() => _console.Client.GetStringAsync("/v1/messages"));
        }
        finally
        {
            _messaging.Answer = null;
        }
    }

    [Fact]
    public async Task Slow_answer_streams_as_it_comes_and_is_not_cut_off()
    {
        var proceed = new SemaphoreSlim(0);
        _messaging.Answer = async context =>
        {
            for (var part = 0; part < 4; part++)
            {
                await context.Response.WriteAsync($"part {part}\n");
                await context.Response.Body.FlushAsync();
                await proceed.WaitAsync();
            }
        };
        try
        {
            using var answer = await _console.Client.GetAsync("/v1/messages", HttpCompletionOption.ResponseHeadersRead);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
            for (var part = 0; part < 4; part++)
            {
                // Only after this part is here does the service go on: nothing was held back.
                (await reader.ReadLineAsync()).ShouldBe($"part {part}");
                proceed.Release();
            }

            (await reader.ReadToEndAsync()).ShouldBeEmpty();
        }
        finally
        {
            _messaging.Answer = null;
        }
    }
}
