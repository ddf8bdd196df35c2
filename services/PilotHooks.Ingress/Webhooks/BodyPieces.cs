using System.Buffers;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>
/// A body that comes piece by piece. It takes memory only as far as it has come, and leaves none behind: an array that grows would
/// be copied again and again, and a stranger decides how often.
/// </summary>
internal sealed class BodyPieces(BodyShare? share) : IDisposable
{
    /// <summary>The first pieces are those that every body has for itself.</summary>
    private const int FirstLength = UnverifiedBodies.FreeBytes / 2;
    private const int LaterLength = 32 * 1024;

    private readonly List<(byte[] Bytes, int Length)> _pieces = [];
    private int _capacity;
    private int _room;

    public int Length => _capacity - _room;

    /// <summary>False if there is no room for all of it.</summary>
    public bool TryAdd(in ReadOnlySequence<byte> bytes)
    {
        foreach (var segment in bytes)
        {
            for (var rest = segment.Span; rest.Length > 0;)
            {
                if (_room == 0 && !TryGrow())
                {
                    return false;
                }

                var (piece, length) = _pieces[^1];
                var taken = Math.Min(rest.Length, _room);
                rest[..taken].CopyTo(piece.AsSpan(length - _room));
                _room -= taken;
                rest = rest[taken..];
            }
        }

        return true;
    }

    public byte[] ToArray()
    {
        var body = GC.AllocateUninitializedArray<byte>(Length);
        var at = 0;
        foreach (var (piece, length) in _pieces)
        {
            var taken = Math.Min(length, body.Length - at);
            piece.AsSpan(0, taken).CopyTo(body.AsSpan(at));
            at += taken;
        }

        return body;
    }

    public void Dispose() => _pieces.ForEach(piece => ArrayPool<byte>.Shared.Return(piece.Bytes));

    private bool TryGrow()
    {
        var length = _capacity < UnverifiedBodies.FreeBytes ? FirstLength : LaterLength;
        if (share?.TryGrowTo(_capacity + length) == false)
        {
            return false;
        }

        // The pool may give a longer one, of which no more is used than was asked for.
        _pieces.Add((ArrayPool<byte>.Shared.Rent(length), length));
        (_capacity, _room) = (_capacity + length, length);
        return true;
    }
}
