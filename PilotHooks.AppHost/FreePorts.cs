using System.Net;
using System.Net.Sockets;

namespace PilotHooks.AppHost;

/// <summary>Ports of this machine that nobody listens on.</summary>
internal static class FreePorts
{
    // Below the ports that systems hand out by themselves, so that nothing else is given a kept one before its server listens.
    private const int First = 20000;
    private const int Last = 29999;

    public static int Next()
    {
        int port;
        do
        {
            port = Random.Shared.Next(First, Last + 1);
        }
        while (!IsFree(port));

        return port;
    }

    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
