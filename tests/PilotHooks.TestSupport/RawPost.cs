using System.Net.Sockets;
using System.Text;

namespace PilotHooks.TestSupport;

/// <summary>A POST on a socket of its own, of which as much is sent as the test wants.</summary>
public sealed class RawPost : IDisposable
{
    private readonly TcpClient _client;

    private RawPost(TcpClient client) => _client = client;

    /// <summary>Sends the headers, which announce a body of this length.</summary>
    public static async Task<RawPost> StartAsync(Uri address, string path, int length, string headers = "", string contentType = "application/json")
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(address.Host, address.Port);
        var post = new RawPost(client);
        await post.SendAsync(Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: {contentType}\r\nContent-Length: {length}\r\n{headers}\r\n"));
        return post;
    }

    /// <summary>False if the server does not take it.</summary>
    public async Task<bool> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await _client.GetStream().WriteAsync(bytes);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>What the server sends until it ends the connection; its words or nothing.</summary>
    public async Task<string> ReadToEndAsync(TimeSpan within)
    {
        using var patience = new CancellationTokenSource(within);
        var answer = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (await _client.GetStream().ReadAsync(buffer, patience.Token) is > 0 and var read)
            {
                answer.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }
        catch (IOException)
        {
            // Reset, since the server did not read all that was sent.
        }

        return answer.ToString();
    }

    /// <summary>What has come of an answer as soon as some has.</summary>
    public async Task<string> ReadSomeAsync(TimeSpan within)
    {
        using var patience = new CancellationTokenSource(within);
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, await _client.GetStream().ReadAsync(buffer, patience.Token));
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();
}
