using System.Buffers;
using System.Net;

namespace PilotHooks.Console.Forwarding;

/// <summary>Streams without buffering; every piece that moves puts the time-out off.</summary>
internal sealed class ForwardedBody(Stream source, long? length, Action moved) : HttpContent
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Whether any of it was asked for: then the call cannot be sent to another replica.</summary>
    public bool Started { get; private set; }

    /// <summary>Why the caller's body could not be read, if that is what failed.</summary>
    public Exception? ReadFault { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Started = true;
        return CopyAsync(source, stream, moved, exception => ReadFault = exception, cancellationToken);
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length ?? 0;
        return length is not null;
    }

    public static async Task CopyAsync(Stream from, Stream to, Action moved, Action<Exception> readFailed, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            for (int read; (read = await ReadAsync()) > 0;)
            {
                moved();
                await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                moved();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        async ValueTask<int> ReadAsync()
        {
            try
            {
                return await from.ReadAsync(buffer, cancellationToken);
            }
            catch (Exception exception)
            {
                readFailed(exception);
                throw;
            }
        }
    }
}
