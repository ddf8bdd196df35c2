using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Microsoft.Extensions.Options;
using PilotHooks.Contracts;
using PilotHooks.Ingress.Sources;
using PilotHooks.Ingress.Webhooks;

namespace PilotHooks.Ingress.Refusals;

/// <summary>
/// Refused requests on their way to the relay's log. Nothing waits for it: what is beyond the limits is counted and dropped.
/// </summary>
internal sealed class RefusalLog(IOptions<RefusalOptions> options, UnverifiedBodies unverified, IngressMetrics metrics, TimeProvider time)
{
    /// <summary>What may wait for the broker: with the largest bodies 16 MB.</summary>
    private const int MaxWaiting = 64;

    private const int MaxSourceName = 64;

    /// <summary>A sender has so long to send a body that is only kept for the log.</summary>
    private static readonly TimeSpan BodyTimeout = TimeSpan.FromSeconds(1);

    private readonly Channel<RefusedRequest> _waiting = Channel.CreateBounded<RefusedRequest>(MaxWaiting);
    private readonly ConcurrentDictionary<string, Allowance> _allowances = new();

    public ChannelReader<RefusedRequest> Waiting => _waiting.Reader;

    /// <summary>Keeps the request, if there is room in its source's part.</summary>
    /// <param name="name">The source, as the URL names it.</param>
    /// <param name="source">The source; null if there is none of this name.</param>
    /// <param name="rejection">Why it is refused.</param>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body; null if it is not read yet.</param>
    public async ValueTask AddAsync(string name, Source? source, Rejection rejection, HttpRequest request, byte[]? body)
    {
        if (!options.Value.Enabled)
        {
            return;
        }

        // Sources are as many as are configured; whatever else a URL names shares one allowance.
        var allowance = _allowances.GetOrAdd(source?.Name ?? "", _ => new Allowance());
        if (!allowance.TryTake(time.GetUtcNow().ToUnixTimeSeconds(), options.Value.MaxPerSecond))
        {
            metrics.RefusalDropped(source?.Name);
            return;
        }

        body ??= rejection.Status == StatusCodes.Status413PayloadTooLarge ? null : await TryReadAsync(request);
        var refused = new RefusedRequest(
            Guid.CreateVersion7(), source?.Name ?? Printable(name), source is not null, time.GetUtcNow(), rejection.Status, rejection.Reason,
            body?.Length ?? request.ContentLength, body?.Length <= options.Value.MaxBodyBytes ? body : null);
        if (!_waiting.Writer.TryWrite(refused))
        {
            metrics.RefusalDropped(source?.Name);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever is wrong with the body, the request is refused already.")]
    private async Task<byte[]?> TryReadAsync(HttpRequest request)
    {
        using var share = new BodyShare(unverified);
        try
        {
            return (await WebhookBody.ReadAsync(request, new BodyLimits(options.Value.MaxBodyBytes, BodyTimeout, share))).Body;
        }
        catch (Exception)
        {
            return null;
        }
    }

    /// <summary>A name of a stranger, as a source's name may be.</summary>
    private static string Printable(string name)
        => string.Concat(name.Take(MaxSourceName).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter : '?'));

    /// <summary>So many in each second.</summary>
    private sealed class Allowance
    {
        private readonly Lock _gate = new();
        private long _second;
        private int _taken;

        public bool TryTake(long second, int limit)
        {
            lock (_gate)
            {
                if (second != _second)
                {
                    (_second, _taken) = (second, 0);
                }

                return _taken++ < limit;
            }
        }
    }
}
