using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.ServiceDiscovery;
using Yarp.ReverseProxy.Forwarder;

namespace PilotHooks.Console.ServiceCalls;

/// <summary>
/// Sends what is meant for <c>http://service</c> to one of the service's replicas. They take turns; one that failed is
/// tried last for a moment. Service discovery's own handler rewrites the path, in which an id may stand percent-encoded,
/// and goes on sending calls to a replica that swallows connections.
/// </summary>
internal sealed partial class ServiceHandler(
    ServiceEndpointResolver resolver, IOptions<ForwardingOptions> options, TimeProvider time, ILogger<ServiceHandler> logger)
    : DelegatingHandler(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = options.Value.ConnectTimeout,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
    })
{
    private static readonly UriCreationOptions AsGiven = new() { DangerousDisablePathAndQueryCanonicalization = true };
    private static readonly TimeSpan AvoidFor = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, long> _failedAt = new(StringComparer.Ordinal);
    private uint _turn;

    /// <summary>The path and query at the service, character for character.</summary>
    public static Uri UriOf(string service, string target) => new($"http://{service}{target}", AsGiven);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var (service, target) = (request.RequestUri!.Host, request.RequestUri.PathAndQuery);
        var startedAt = time.GetTimestamp();
        var failure = new HttpRequestException(HttpRequestError.ConnectionError, $"{service} has no address.");
        foreach (var replica in await ReplicasAsync(service, cancellationToken))
        {
            try
            {
                request.RequestUri = new Uri(replica + target, AsGiven);
                return await SendToAsync(replica, request, cancellationToken);
            }
            catch (Exception exception) when (IsUnreachable(exception) && !cancellationToken.IsCancellationRequested)
            {
                // Nothing of the call has been sent, so another replica may have it, if the caller has not waited long.
                failure = new HttpRequestException(HttpRequestError.ConnectionError, exception.Message, exception);
                _failedAt[replica] = time.GetTimestamp();
                Log.Unreachable(logger, service, replica, exception.Message);
                if (time.GetElapsedTime(startedAt) > options.Value.ConnectTimeout * 1.5)
                {
                    break;
                }
            }
        }

        throw failure;
    }

    private async Task<IEnumerable<string>> ReplicasAsync(string service, CancellationToken cancellationToken)
    {
        var found = await resolver.GetEndpointsAsync($"https+http://{service}", cancellationToken);
        string[] replicas = [.. found.Endpoints.Select(replica => new Uri(replica.ToString()!).GetLeftPart(UriPartial.Authority))];
        var first = (int)(Interlocked.Increment(ref _turn) % (uint)replicas.Length);
        return replicas[first..].Concat(replicas[..first])
            .OrderBy(replica => _failedAt.TryGetValue(replica, out var at) && time.GetElapsedTime(at) < AvoidFor);
    }

    /// <summary>
    /// An answer may take its time, as long as the replica is alive. A process that is frozen, or a host that has gone,
    /// takes a call just as well and never answers.
    /// </summary>
    private async Task<HttpResponseMessage> SendToAsync(string replica, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var answer = base.SendAsync(request, giveUp.Token);
        while (await Task.WhenAny(answer, Task.Delay(options.Value.ProbeAfter, time, giveUp.Token)) != answer)
        {
            if (!await IsAliveAsync(replica, giveUp.Token) && !answer.IsCompleted)
            {
                _failedAt[replica] = time.GetTimestamp();
                await giveUp.CancelAsync();
                await answer.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                throw new HttpRequestException(HttpRequestError.Unknown, $"{replica} takes calls and does not answer.");
            }
        }

        return await answer;
    }

    private async Task<bool> IsAliveAsync(string replica, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.Value.ProbeTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var probe = new HttpRequestMessage(HttpMethod.Get, $"{replica}/alive");
            using var answer = await base.SendAsync(probe, either.Token);
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return cancellationToken.IsCancellationRequested;
        }
    }

    private static bool IsUnreachable(Exception exception) => exception
        is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
        }
        or OperationCanceledException { InnerException: TimeoutException };

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Service} at {Address} cannot be reached: {Reason}")]
        public static partial void Unreachable(ILogger logger, string service, string address, string reason);
    }
}
