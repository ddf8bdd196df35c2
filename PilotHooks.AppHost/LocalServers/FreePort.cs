using System.Net;
using System.Net.Sockets;

namespace PilotHooks.AppHost.LocalServers;

/// <summary>Finds ports of this machine that nobody listens on.</summary>
internal static class FreePort
{
    // Below the ports that systems hand out by themselves: nothing else is given a port before its server listens on it.
    private const int First = 20000;
    private const int Last = 29999;

    public static int Next()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, Last + 1);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken.
            }
        }
    }
}
