using System.Buffers;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>Reads a request's body into the array that goes to the broker, of exactly its size.</summary>
internal static class WebhookBody
{
    /// <summary>3 MB, the most that Meta sends (facts.md, 3.4).</summary>
    public const int MaxLength = 3 * 1024 * 1024;

    /// <summary>
    /// Memory given on the word of a header alone; beyond it the array grows with what has arrived, so that requests that
    /// announce much and send nothing cost little.
    /// </summary>
    private const int MaxTrusted = 64 * 1024;

    /// <summary>Null if the body is larger than <see cref="MaxLength"/>, announced or not.</summary>
    public static ValueTask<byte[]?> ReadAsync(HttpRequest request) => ReadAsync(request, MaxLength, request.HttpContext.RequestAborted);

    /// <summary>Null if the body is larger than <paramref name="maxLength"/>, announced or not.</summary>
    public static async ValueTask<byte[]?> ReadAsync(HttpRequest request, int maxLength, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxLength)
        {
            return null;
        }

        var announced = (int?)request.ContentLength;
        var body = announced == 0 ? [] : GC.AllocateUninitializedArray<byte>(Math.Min(announced ?? 4096, MaxTrusted));
        var length = 0;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            if (buffer.Length > maxLength - length)
            {
                request.BodyReader.AdvanceTo(buffer.End);
                return null;
            }

            var size = length + (int)buffer.Length;
            if (size > body.Length)
            {
                Grow(ref body, length, Math.Max(size, Math.Min(body.Length * 2, announced ?? maxLength)));
            }

            buffer.CopyTo(body.AsSpan(length));
            length = size;
            request.BodyReader.AdvanceTo(buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        if (length < body.Length)
        {
            Grow(ref body, length, length);
        }

        return body;
    }

    private static void Grow(ref byte[] body, int length, int capacity)
    {
        var larger = GC.AllocateUninitializedArray<byte>(capacity);
        body.AsSpan(0, length).CopyTo(larger);
        body = larger;
    }
}
