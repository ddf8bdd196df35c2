using System.Buffers;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>What came of reading a body.</summary>
internal enum BodyResult
{
    Whole,
    TooLarge,
    TooSlow,
    NoRoom,
}

/// <summary>How far a body is read.</summary>
/// <param name="MaxLength">Its most bytes.</param>
/// <param name="Deadline">The time until its last byte.</param>
/// <param name="Share">The memory that it may take; null for a sender that has proved itself.</param>
internal readonly record struct BodyLimits(int MaxLength, TimeSpan Deadline, BodyShare? Share);

/// <summary>Reads a request's body into the array that goes to the broker, of exactly its size.</summary>
internal static class WebhookBody
{
    /// <summary>3 MB, the most that Meta sends (facts.md, 3.4).</summary>
    public const int MaxLength = 3 * 1024 * 1024;

    /// <summary>The body is null unless it came as a whole.</summary>
    public static ValueTask<(BodyResult Result, byte[]? Body)> ReadAsync(HttpRequest request, BodyLimits limits)
    {
        if (request.ContentLength > limits.MaxLength)
        {
            return ValueTask.FromResult<(BodyResult, byte[]?)>((BodyResult.TooLarge, null));
        }

        // Nearly every event comes in one piece with its headers, and needs neither a timer nor a second array.
        if (request.BodyReader.TryRead(out var read))
        {
            if (read.IsCompleted)
            {
                var whole = Take(read.Buffer, limits);
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return ValueTask.FromResult(whole);
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start);
        }

        return ReadPiecesAsync(request, limits);
    }

    private static async ValueTask<(BodyResult Result, byte[]? Body)> ReadPiecesAsync(HttpRequest request, BodyLimits limits)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(request.HttpContext.RequestAborted);
        deadline.CancelAfter(limits.Deadline);
        try
        {
            return await ReadPiecesAsync(request, limits, deadline.Token);
        }
        catch (OperationCanceledException) when (!request.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return (BodyResult.TooSlow, null);
        }
    }

    private static async ValueTask<(BodyResult Result, byte[]? Body)> ReadPiecesAsync(HttpRequest request, BodyLimits limits, CancellationToken deadline)
    {
        using var pieces = new BodyPieces(limits.Share);
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(deadline);
            var isTooLarge = read.Buffer.Length > limits.MaxLength - pieces.Length;
            var hasRoom = isTooLarge || pieces.TryAdd(read.Buffer);
            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (isTooLarge || !hasRoom)
            {
                return (isTooLarge ? BodyResult.TooLarge : BodyResult.NoRoom, null);
            }

            if (read.IsCompleted)
            {
                return (BodyResult.Whole, pieces.ToArray());
            }
        }
    }

    private static (BodyResult Result, byte[]? Body) Take(in ReadOnlySequence<byte> body, BodyLimits limits)
        => body.Length > limits.MaxLength ? (BodyResult.TooLarge, null)
            : limits.Share?.TryGrowTo((int)body.Length) == false ? (BodyResult.NoRoom, null)
            : (BodyResult.Whole, body.ToArray());
}
