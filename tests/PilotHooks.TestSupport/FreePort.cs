using System.Net;
using System.Net.Sockets;

namespace PilotHooks.TestSupport;

/// <summary>Ports for servers of a test.</summary>
public static class FreePort
{
    // Below the range that systems hand out for outgoing connections: one of those may otherwise take the port in the
    // moment between here and the server's own bind.
    private const int First = 15_000;
    private const int Last = 32_000;

    private static readonly HashSet<int> Given = [];

    /// <summary>A port of the loopback interface that nobody listens on and that this process did not give out before.</summary>
    public static int Next()
    {
        lock (Given)
        {
            for (; ; )
            {
                var port = Random.Shared.Next(First, Last);
                if (Given.Contains(port) || !IsFree(port))
                {
                    continue;
                }

                Given.Add(port);
                return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
