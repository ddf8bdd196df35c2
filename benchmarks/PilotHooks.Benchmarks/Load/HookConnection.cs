using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace PilotHooks.Benchmarks.Load;

/// <summary>What a target answered to one event.</summary>
internal enum Answer
{
    Accepted,
    Duplicate,
    Refused,
}

/// <summary>One keep-alive connection with one request on it at a time, as a provider's client has it.</summary>
internal sealed class HookConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Payloads _payloads;
    private readonly byte[] _request;
    private readonly byte[] _response = new byte[16 * 1024];

    private HookConnection(Payloads payloads)
    {
        _payloads = payloads;
        _request = new byte[payloads.MaxLength];
    }

    public static async Task<HookConnection> OpenAsync(IPEndPoint target, Payloads payloads)
    {
        var connection = new HookConnection(payloads);
        await connection._socket.ConnectAsync(target);
        return connection;
    }

    /// <summary>Sends the event and reads the whole answer.</summary>
    public async ValueTask<Answer> PostAsync(long sequence)
    {
        var length = _payloads.Write(sequence, _request);
        for (var sent = 0; sent < length;)
        {
            sent += await _socket.SendAsync(_request.AsMemory(sent, length - sent));
        }

        for (var received = 0; ;)
        {
            var read = await _socket.ReceiveAsync(_response.AsMemory(received));
            if (read == 0)
            {
                throw new IOException("The target closed the connection.");
            }

            received += read;
            if (Parse(_response.AsSpan(0, received)) is { } answer)
            {
                return answer;
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>Null while the answer is not complete. A length is expected: every target here answers with one.</summary>
    private static Answer? Parse(ReadOnlySpan<byte> response)
    {
        var end = response.IndexOf("\r\n\r\n"u8);
        if (end < 0)
        {
            return null;
        }

        var head = response[..end];
        var body = response[(end + 4)..];
        var at = head.IndexOf("Content-Length: "u8);
        if (at >= 0)
        {
            if (!Utf8Parser.TryParse(head[(at + 16)..], out int length, out _) || body.Length < length)
            {
                return null;
            }
        }
        else if (!body.EndsWith("0\r\n\r\n"u8))
        {
            return null;
        }

        return head.StartsWith("HTTP/1.1 200 "u8)
            ? body.IndexOf("\"accepted\""u8) >= 0 ? Answer.Accepted : Answer.Duplicate
            : Answer.Refused;
    }
}
