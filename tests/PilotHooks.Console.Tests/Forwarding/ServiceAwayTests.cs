using System.Net;
using Microsoft.AspNetCore.Http;
using PilotHooks.Console.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Forwarding;

/// <summary>A console before two replicas of messaging, of which one is not there, and no other service.</summary>
public sealed class LonelyConsole : IAsyncLifetime
{
    private TestServer _broker = null!;

    internal FakeService Messaging { get; private set; } = null!;

    internal ServiceProcess Console { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Messaging = await FakeService.StartAsync("messaging");
        // Of its own: on the shared one this console, with another database, would drain the others' dead letters.
        _broker = await TestServers.StartBrokerAsync();
        Console = await ConsoleProcess.StartAsync(
            _broker.ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, $"console_{Guid.NewGuid():N}",
            [ConsoleProcess.Nowhere, Messaging.Address],
            more: new Dictionary<string, string?> { ["Forwarding__Timeout"] = "00:00:01" });
    }

    public async Task DisposeAsync()
    {
        await Console.DisposeAsync();
        await Messaging.DisposeAsync();
        await _broker.DisposeAsync();
    }
}

public sealed class ServiceAwayTests(LonelyConsole lonely) : IClassFixture<LonelyConsole>
{
    [Fact]
    public async Task Service_that_is_away_is_named()
    {
        using var answer = await lonely.Console.Client.GetAsync("/v1/numbers");

        (await answer.ShouldBeProblemAsync(503)).ShouldContain("numbers");
        answer.Headers.RetryAfter.ShouldNotBeNull();
        await lonely.Console.WaitUntilHealthyAsync();
    }

    [Fact]
    public async Task Another_replica_answers_for_one_that_is_away()
    {
        for (var call = 0; call < 6; call++)
        {
            using var content = new ByteArrayContent(new byte[100_000]);
            using var answer = await lonely.Console.Client.PostAsync("/v1/messages/send", content);
            ((long)(await answer.ReadJsonAsync())["bytes"]!).ShouldBe(100_000);
        }
    }

    [Fact]
    public async Task Service_that_does_not_answer_in_time_is_given_up()
    {
        var released = new TaskCompletionSource();
        lonely.Messaging.Answer = _ => released.Task;
        try
        {
            (await (await lonely.Console.Client.GetAsync("/v1/messages")).ShouldBeProblemAsync(504)).ShouldContain("messaging");
        }
        finally
        {
            released.SetResult();
            lonely.Messaging.Answer = null;
        }
    }

    [Fact]
    public async Task Service_that_breaks_off_before_its_answer_is_named()
    {
        lonely.Messaging.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        try
        {
            using var answer = await lonely.Console.Client.PostAsync("/v1/messages/send", new StringContent("{}"));
            (await answer.ShouldBeProblemAsync(502)).ShouldContain("messaging");
        }
        finally
        {
            lonely.Messaging.Answer = null;
        }
    }

    [Fact]
    public async Task Answer_that_breaks_off_in_its_middle_is_not_taken_for_a_whole_one()
    {
        lonely.Messaging.Answer = async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("half");
            await context.Response.Body.FlushAsync();
            context.Abort();
        };
        try
        {
            await Should.ThrowAsync<HttpRequestException>(() => lonely.Console.Client.GetStringAsync("/v1/messages"));
        }
        finally
        {
            lonely.Messaging.Answer = null;
        }
    }

    [Fact]
    public async Task Slow_answer_streams_as_it_comes_and_is_not_cut_off()
    {
        var proceed = new SemaphoreSlim(0);
        lonely.Messaging.Answer = async context =>
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
            using var answer = await lonely.Console.Client.GetAsync("/v1/messages", HttpCompletionOption.ResponseHeadersRead);
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
            lonely.Messaging.Answer = null;
        }
    }
}
