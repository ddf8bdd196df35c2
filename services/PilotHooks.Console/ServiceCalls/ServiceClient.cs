using System.Text.Json;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.ServiceCalls;

/// <summary>Asks a service for what the console answers itself from several of them.</summary>
internal sealed class ServiceClient(ServiceHandler handler, CallerTokens tokens) : IDisposable
{
    // What the console reads of its own accord, for pages that show each viewer their part of it.
    private static readonly Caller Itself = new(NumberId: null, Caller.System, ReadsOnly: true);

    // What concerns one person in all of a service; who asked for it was checked before.
    private static readonly Caller Everything = new(NumberId: null);

    private readonly HttpClient _client = new(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };

    public void Dispose() => _client.Dispose();

    /// <summary>
    /// The answer, whatever its status, whole; the service shows what the caller may see. Throws
    /// <see cref="HttpRequestException"/> if no replica answers.
    /// </summary>
    public async Task<HttpResponseMessage> GetAsync(string service, string path, Caller caller, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ServiceHandler.UriOf(service, path));
        request.Headers.Add(GatewayOptions.CallerHeader, tokens.Sign(caller));
        return await _client.SendAsync(request, cancellationToken);
    }

    /// <summary>The JSON of an answer 200; throws <see cref="HttpRequestException"/> for any other, and if there is none.</summary>
    public async Task<T> ReadAsync<T>(string service, string path, CancellationToken cancellationToken)
    {
        using var answer = await GetAsync(service, path, Itself, cancellationToken);
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
        request.Headers.Add(GatewayOptions.CallerHeader, tokens.Sign(Everything));
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
