using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Forwarding;

/// <summary>
/// Asks a service for what the console answers itself from several of them. Only reads, so that whatever goes wrong with
/// one replica, the next may be asked.
/// </summary>
internal sealed class UpstreamClient(IOptions<ForwardingOptions> options, IOptions<GatewayOptions> gateway) : IDisposable
{
    private static readonly UriCreationOptions AsGiven = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = options.Value.ConnectTimeout,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public void Dispose() => _client.Dispose();

    /// <summary>
    /// The answer, whatever its status, whole. <paramref name="numberId"/>: the only number that the caller may see, null
    /// for all. Throws <see cref="HttpRequestException"/> if no replica answers.
    /// </summary>
    public async Task<HttpResponseMessage> GetAsync(Upstream upstream, string path, string? numberId, CancellationToken cancellationToken)
    {
        HttpRequestException? failure = null;
        foreach (var replica in upstream.Candidates())
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(replica.Authority + path, AsGiven)) { Version = HttpVersion.Version11 };
            request.Headers.Add(GatewayOptions.TokenHeader, gateway.Value.Token);
            if (numberId is not null)
            {
                request.Headers.TryAddWithoutValidation(GatewayOptions.NumberHeader, numberId);
            }

            try
            {
                return await _client.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException exception)
            {
                failure = exception;
            }
            catch (OperationCanceledException exception) when (exception.InnerException is TimeoutException && !cancellationToken.IsCancellationRequested)
            {
                failure = new HttpRequestException(HttpRequestError.ConnectionError, exception.Message, exception);
            }

            upstream.Failed(replica);
        }

        throw failure!;
    }

    /// <summary>The JSON of an answer 200; throws <see cref="HttpRequestException"/> for any other, and if there is none.</summary>
    public async Task<T> ReadAsync<T>(Upstream upstream, string path, CancellationToken cancellationToken)
    {
        using var answer = await GetAsync(upstream, path, numberId: null, cancellationToken);
        answer.EnsureSuccessStatusCode();
        try
        {
            return await answer.Content.ReadFromJsonAsync<T>(ApiJson.Options, cancellationToken) ?? throw new HttpRequestException($"{upstream.Name} answered nothing.");
        }
        catch (JsonException exception)
        {
            throw new HttpRequestException($"{upstream.Name} answered something else than was asked for.", exception);
        }
    }
}
