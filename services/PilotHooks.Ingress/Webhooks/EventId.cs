using System.Security.Cryptography;
using System.Text;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>
/// Makes an event's id from its source and duplicate key, so that the same delivery has the same id on every attempt and
/// replica: the first 16 bytes of the SHA-256 of all parts, each with its length before it, as a version 8 UUID.
/// </summary>
internal ref struct EventId
{
    private const int MaxPart = 128;
    private const byte Hashed = 0xFE;
    private const byte Absent = 0xFF;

    private readonly Span<byte> _parts;
    private int _length;

    /// <summary>Room for as many parts as any key has.</summary>
    public const int BufferSize = 8 * (MaxPart + 1);

    /// <param name="buffer">Of <see cref="BufferSize"/>.</param>
    /// <param name="source">The source's name.</param>
    /// <param name="scheme">What the parts are, so that keys of two kinds never meet.</param>
    public EventId(Span<byte> buffer, string source, ReadOnlySpan<byte> scheme)
    {
        _parts = buffer;
        _parts[_length++] = (byte)Encoding.UTF8.GetBytes(source, buffer[1..]);
        _length += _parts[0];
        Add(scheme);
    }

    /// <summary>Adds a part; a long one, which a provider never sends, by its hash.</summary>
    public void Add(ReadOnlySpan<byte> part)
    {
        if (part.Length <= MaxPart)
        {
            _parts[_length++] = (byte)part.Length;
            part.CopyTo(_parts[_length..]);
            _length += part.Length;
        }
        else
        {
            AddHashOf(part);
        }
    }

    /// <summary>Adds the hash of something.</summary>
    public void AddHashOf(ReadOnlySpan<byte> part)
    {
        _parts[_length++] = Hashed;
        _length += SHA256.HashData(part, _parts[_length..]);
    }

    /// <summary>Adds that a part is not there, which is not the same as an empty one.</summary>
    public void AddAbsent() => _parts[_length++] = Absent;

    public readonly Guid ToGuid()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(_parts[.._length], hash);
        hash[6] = (byte)(hash[6] & 0x0F | 0x80);
        hash[8] = (byte)(hash[8] & 0x3F | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
