using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using PilotHooks.Console.Tests.Support;
using PilotHooks.TestSupport;

namespace PilotHooks.Console.Tests.Forwarding;

/// <summary>A console before services that take a call and say nothing: a process that is frozen, and a host that swallows connections.</summary>
public sealed class SilentServices : IAsyncLifetime
{
    private readonly Socket _frozen = Listen();
    private readonly Socket _swallowing = Listen();
    private readonly List<Socket> _waiting = [];
    private TestServer _broker = null!;

    internal FakeService Messaging { get; private set; } = null!;

    internal ServiceProcess Console { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        // Its backlog is full: the kernel answers no further attempt to connect.
        while (await ConnectsAsync())
        {
        }

        Messaging = await FakeService.StartAsync("messaging");
        // Of its own: on the shared one this console, with another database, would drain the others' dead letters.
        _broker = await TestServers.StartBrokerAsync();
        Console = await ConsoleProcess.StartAsync(
            _broker.ConnectionString, (await TestServers.PostgresAsync()).ConnectionString, $"console_{Guid.NewGuid():N}",
            [AddressOf(_swallowing), Messaging.Address], numbers: AddressOf(_frozen), calls: AddressOf(_swallowing));
    }

    public async Task DisposeAsync()
    {
        await Console.DisposeAsync();
        await Messaging.DisposeAsync();
        await _broker.DisposeAsync();
        foreach (var socket in new[] { _frozen, _swallowing }.Concat(_waiting))
        {
            socket.Dispose();
        }
    }

    private static Socket Listen()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen(0);
        return socket;
    }

    private static Uri AddressOf(Socket socket) => new($"http://{socket.LocalEndPoint}");

    private async Task<bool> ConnectsAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _waiting.Add(socket);
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        try
        {
            await socket.ConnectAsync(_swallowing.LocalEndPoint!, patience.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}

public sealed class SilentServiceTests(SilentServices silent) : IClassFixture<SilentServices>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("GET", "/v1/numbers")]
    [InlineData("POST", "/v1/numbers")]
    [InlineData("GET", "/v1/calls")]
    [InlineData("POST", "/v1/calls")]
    [InlineData("GET", "/v1/events/0197e2a0-0000-7000-8000-000000000000")]
    public async Task Call_to_a_service_that_says_nothing_is_answered_within_five_seconds(string method, string path)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = method == "POST" ? new StringContent("{}") : null;
        var started = Stopwatch.GetTimestamp();

        using var answer = await silent.Console.Client.SendAsync(request);

        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(Limit);
        ((int)answer.StatusCode).ShouldBeOneOf(502, 503);
        await answer.ShouldBeProblemAsync((int)answer.StatusCode);
        answer.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Fact]
    public async Task Service_that_is_alive_may_take_its_time()
    {
        var probes = silent.Messaging.Probes;
        var proceed = new TaskCompletionSource();
        silent.Messaging.Answer = async context =>
        {
            await proceed.Task;
            await context.Response.WriteAsync("at last");
        };
        try
        {
            var answer = silent.Console.Client.GetStringAsync("/v1/forms.csv");
            await Eventually.GetAsync(() => Task.FromResult(silent.Messaging.Probes), count => count >= probes + 2);
            proceed.SetResult();

            (await answer).ShouldBe("at last");
        }
        finally
        {
            proceed.TrySetResult();
            silent.Messaging.Answer = null;
        }
    }

    [Fact]
    public async Task Replica_that_swallows_connections_delays_no_more_than_one_call()
    {
        (await silent.Console.Client.GetAsync("/v1/messages")).EnsureSuccessStatusCode();
        (await silent.Console.Client.GetAsync("/v1/messages")).EnsureSuccessStatusCode();
        var started = Stopwatch.GetTimestamp();

        (await silent.Console.Client.GetAsync("/v1/messages")).EnsureSuccessStatusCode();

        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(1));
    }
}
