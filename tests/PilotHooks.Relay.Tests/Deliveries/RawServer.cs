using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PilotHooks.Relay.Tests.Deliveries;

/// <summary>One request as it came over a connection, and what its server does about it.</summary>
internal sealed class RawRequest(Socket socket, int onConnection, string head, byte[] body)
{
    /// <summary>Which request of its connection it is, from 1.</summary>
    public int OnConnection => onConnection;

    public byte[] Body => body;

    public string? Header(string name)
        => head.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    public async Task SendAsync(string text) => await socket.SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Ends the connection without a word.</summary>
    public void Close() => socket.Shutdown(SocketShutdown.Both);

    /// <summary>Ends the connection as a crash does.</summary>
    public void Reset() => socket.Close(0);
}

/// <summary>A server that says what no web server would: its answers are written byte by byte.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<RawRequest, Task> _answer;
    private readonly ConcurrentQueue<RawRequest> _requests = [];
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RawServer(Func<RawRequest, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Url => new($"http://{_listener.LocalEndpoint}/");

    /// <summary>In the order of their coming.</summary>
    public IReadOnlyList<RawRequest> Requests => [.. _requests];

    /// <summary>Completes when the other side has closed a connection.</summary>
    public Task Left => _left.Task;

    public static RawServer Start(Func<RawRequest, Task> answer) => new(answer);

    /// <summary>One that gives every request this answer, and leaves the connection open.</summary>
    public static RawServer Start(string answer) => new(request => request.SendAsync(answer));

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        try
        {
            for (; ; )
            {
                var socket = await _listener.AcceptSocketAsync();
                _sockets.Add(socket);
                _ = ServeAsync(socket);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var received = new List<byte>();
        var buffer = new byte[8192];
        try
        {
            for (var i = 1; ; i++)
            {
                int end;
                while ((end = Encoding.Latin1.GetString([.. received]).IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
                {
                    await ReceiveAsync();
                }

                var head = Encoding.Latin1.GetString([.. received.Take(end)]);
                var length = end + 4 + int.Parse(new RawRequest(socket, i, head, []).Header("Content-Length")!, System.Globalization.CultureInfo.InvariantCulture);
                while (received.Count < length)
                {
                    await ReceiveAsync();
                }

                var request = new RawRequest(socket, i, head, [.. received.Take(length).Skip(end + 4)]);
                received.RemoveRange(0, length);
                _requests.Enqueue(request);
                await _answer(request);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or EndOfStreamException)
        {
            _left.TrySetResult();
        }

        async Task ReceiveAsync()
        {
            var count = await socket.ReceiveAsync(buffer);
            received.AddRange(count > 0 ? buffer[..count] : throw new EndOfStreamException());
        }
    }
}
