using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Running;

/// <summary>The one address of a service with several replicas: hands connections to them in turn.</summary>
internal sealed class PortProxy : IDisposable
{
    private readonly List<TcpListener> _listeners = [];
    private readonly int[] _targets;
    private int _next = -1;

    public PortProxy(int port, int[] targets)
    {
        _targets = targets;
        foreach (var address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            var listener = new TcpListener(address, port);
            try
            {
                listener.Start();
            }
            catch (SocketException) when (_listeners.Count > 0)
            {
                // A machine without IPv6.
                listener.Dispose();
                continue;
            }

            _listeners.Add(listener);
            _ = AcceptAsync(listener);
        }
    }

    public void Dispose() => _listeners.ForEach(listener => listener.Dispose());

    private async Task AcceptAsync(TcpListener listener)
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await listener.AcceptSocketAsync().ConfigureAwait(false);
            }
            catch (Exception closed) when (closed is ObjectDisposedException or InvalidOperationException || (closed is SocketException && !listener.Server.IsBound))
            {
                return;
            }
            catch (SocketException)
            {
                // That one connection failed before it was accepted.
                continue;
            }

            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using (client)
        {
            try
            {
                using var target = await ConnectAsync().ConfigureAwait(false);
                if (target is not null)
                {
                    client.NoDelay = true;
                    await Task.WhenAll(CopyAsync(client, target), CopyAsync(target, client)).ConfigureAwait(false);
                }
            }
            catch (Exception broken) when (broken is SocketException or IOException or ObjectDisposedException)
            {
                // Either end went away; closing both tells the other.
            }
        }
    }

    /// <summary>The next replica that takes the connection, none if no one does.</summary>
    private async Task<Socket?> ConnectAsync()
    {
        for (var attempt = 0; attempt < _targets.Length; attempt++)
        {
            var port = _targets[(uint)Interlocked.Increment(ref _next) % (uint)_targets.Length];
            var target = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await target.ConnectAsync(IPAddress.Loopback, port).ConfigureAwait(false);
                return target;
            }
            catch (SocketException)
            {
                target.Dispose();
            }
        }

        return null;
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer).ConfigureAwait(false) is var read and > 0)
            {
                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent)).ConfigureAwait(false);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            // The other direction must not wait for an end that will never come.
            from.Dispose();
            to.Dispose();
            throw;
        }
    }
}
