using System.Runtime.CompilerServices;

namespace PilotHooks.Relay.Safety;

/// <summary>
/// What a request learns of the connection that it goes out on. Servers close idle connections, and one that is used again
/// may be closed while the request is on its way: then no byte of an answer comes, and the request deserves a connection of
/// its own.
/// </summary>
internal sealed class ConnectionUse
{
    /// <summary>The handler does not tell which connection it takes, but a connection is written to in the flow of its request.</summary>
    private static readonly AsyncLocal<ConnectionUse?> Current = new();

    private bool _isReused;
    private bool _isAnswered;

    /// <summary>Whether the connection was used before and nothing of an answer has come.</summary>
    public bool IsLost => _isReused && !_isAnswered;

    /// <summary>Of the request that the calling method sends next.</summary>
    public static ConnectionUse Begin() => Current.Value = new ConnectionUse();

    /// <summary>The connection with these bytes, after TLS, which has traffic of its own.</summary>
    public static Stream Track(Stream connection) => new TrackedStream(connection);

    private sealed class TrackedStream(Stream inner) : Stream
    {
        private ConnectionUse? _use;

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Current.Value is { } use && use != _use)
            {
                use._isReused = _use is not null;
                _use = use;
            }

            return inner.WriteAsync(buffer, cancellationToken);
        }

        [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            // It may have begun while the connection was idle; whose answer it is, is known when it ends.
            var count = await inner.ReadAsync(buffer, cancellationToken);
            if (count > 0)
            {
                _use?._isAnswered = true;
            }

            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override ValueTask DisposeAsync() => inner.DisposeAsync();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
