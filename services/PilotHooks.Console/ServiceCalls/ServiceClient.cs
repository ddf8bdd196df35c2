using System.Text.Json;
using Microsoft.Extensions.Options;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.ServiceCalls;

/// <summary>Asks a service for what the console answers itself from several of them.</summary>
internal sealed class ServiceClient(ServiceHandler handler, IOptions<GatewayOptions> gateway) : IDisposable
{
    private readonly HttpClient _client = new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    public void Dispose() => _client.Dispose();

    /// <summary>
    /// The answer, whatever its status, whole. <paramref name="numberId"/>: the only number that the caller may see, null
    /// for all. Throws <see cref="HttpRequestException"/> if no replica answers.
    /// </summary>
    public async Task<HttpResponseMessage> GetAsync(string service, string path, string? numberId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ServiceHandler.UriOf(service, path));
        request.Headers.Add(GatewayOptions.TokenHeader, gateway.Value.Token);
        if (numberId is not null)
        {
            request.Headers.TryAddWithoutValidation(GatewayOptions.NumberHeader, numberId);
        }

        return await _client.SendAsync(request, cancellationToken);
    }

    /// <summary>The JSON of an answer 200; throws <see cref="HttpRequestException"/> for any other, and if there is none.</summary>
    public async Task<T> ReadAsync<T>(string service, string path, CancellationToken cancellationToken)
    {
        using var answer = await GetAsync(service, path, numberId: null, cancellationToken);
        answer.EnsureSuccessStatusCode();
        try
        {
            return await answer.Content.ReadFromJsonAsync<T>(ApiJson.Options, cancellationToken) ?? throw new HttpRequestException($"{service} answered nothing.");
        }
        catch (JsonException exception)
        {
            throw new HttpRequestException($"{service} answered something else than was asked for.", exception);
        }
    }

    /// <summary>
    /// Sends a body, and answers as soon as there are headers, whatever their status; the answer's own body may take its time.
    /// Throws <see cref="HttpRequestException"/> if no replica answers.
    /// </summary>
    public async Task<HttpResponseMessage> PostAsync(string service, string path, object body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, ServiceHandler.UriOf(service, path)) { Content = JsonContent.Create(body, options: ApiJson.Options) };
        request.Headers.Add(GatewayOptions.TokenHeader, gateway.Value.Token);
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>The JSON of an answer 200 to that.</summary>
    public async Task<T> PostAsync<T>(string service, string path, object body, CancellationToken cancellationToken)
    {
        using var answer = await PostAsync(service, path, body, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<T>(ApiJson.Options, cancellationToken))!;
    }
}
