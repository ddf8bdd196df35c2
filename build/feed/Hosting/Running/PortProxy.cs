using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Running;

/// <summary>One address in front of the replicas of a resource, as the orchestrator has it: connections go to them in turn.</summary>
internal sealed class PortProxy : IDisposable
{
    private readonly TcpListener _listener;
    private readonly int[] _targets;
    private int _turn;

    private PortProxy(int port, int[] targets)
    {
        _targets = targets;
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        _ = AcceptAsync();
    }

    public static PortProxy Start(int port, int[] targets) => new(port, targets);

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync().ConfigureAwait(false));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            client.NoDelay = true;
            using var target = await ConnectAsync().ConfigureAwait(false);
            if (target is null)
            {
                return;
            }

            await Task.WhenAll(CopyAsync(client, target), CopyAsync(target, client)).ConfigureAwait(false);
        }
    }

    /// <summary>The next replica that answers.</summary>
    private async Task<Socket?> ConnectAsync()
    {
        for (var attempt = 0; attempt < _targets.Length; attempt++)
        {
            var index = (uint)Interlocked.Increment(ref _turn) % (uint)_targets.Length;
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, _targets[index]).ConfigureAwait(false);
                return socket;
            }
            catch (SocketException)
            {
                socket.Dispose();
            }
        }

        return null;
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer, SocketFlags.None).ConfigureAwait(false)) > 0;)
            {
                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), SocketFlags.None).ConfigureAwait(false);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Half of the pair is gone; so is the other.
            from.Close();
            to.Close();
        }
    }
}
