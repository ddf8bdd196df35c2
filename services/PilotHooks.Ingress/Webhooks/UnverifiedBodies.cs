using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace PilotHooks.Ingress.Webhooks;

/// <summary>How much memory bodies may take whose senders have not proved themselves.</summary>
internal sealed class UnverifiedBodyOptions
{
    public const string Section = "Limits";

    /// <summary>Bytes of all of them together. A body's first <see cref="UnverifiedBodies.FreeBytes"/> do not count.</summary>
    [Range(WebhookBody.MaxLength, int.MaxValue)]
    public int UnverifiedBytes { get; init; } = 16 * 1024 * 1024;
}

/// <summary>
/// The memory that bodies share until their senders have proved themselves, or, where a source asks for no proof, until they
/// are answered. Without it a stranger's two thousand slow bodies would be six gigabytes.
/// </summary>
internal sealed class UnverifiedBodies(IOptions<UnverifiedBodyOptions> options)
{
    /// <summary>
    /// What every body has for itself, bounded by the number of connections: an event is smaller, and so is still taken while
    /// strangers hold all the rest.
    /// </summary>
    public const int FreeBytes = 8 * 1024;

    private readonly long _max = options.Value.UnverifiedBytes;
    private long _taken;

    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) <= _max)
        {
            return true;
        }

        Return(bytes);
        return false;
    }

    public void Return(int bytes) => Interlocked.Add(ref _taken, -bytes);
}

/// <summary>The part of <see cref="UnverifiedBodies"/> that one body holds. It grows with the body.</summary>
internal sealed class BodyShare(UnverifiedBodies bodies) : IDisposable
{
    private int _taken;

    /// <summary>False if there is no room for a body of this length.</summary>
    public bool TryGrowTo(int bodyLength)
    {
        var more = bodyLength - UnverifiedBodies.FreeBytes - _taken;
        if (more > 0 && !bodies.TryTake(more))
        {
            return false;
        }

        _taken += Math.Max(more, 0);
        return true;
    }

    public void Dispose()
    {
        if (_taken > 0)
        {
            bodies.Return(_taken);
            _taken = 0;
        }
    }
}
