using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Components.Api;

/// <summary>
/// Calls this service's own API over loopback with a browser's cookies, so that a page shows exactly what the API gives
/// to whoever is signed in.
/// </summary>
internal sealed class LoopbackApi(IServer server) : IDisposable
{
    public const string RequestTokenHeader = "RequestVerificationToken";
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        // It calls nothing but itself, by an address that no certificate names.
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    })
    {
        Timeout = Timeout,
    };

    private Uri? _address;

    public void Dispose() => _client.Dispose();

    /// <summary>A null <paramref name="body"/> sends none; a <see cref="Done"/> reads none; a string reads the text as it is.</summary>
    public async Task<ApiResult<T>> SendAsync<T>(
        HttpMethod method, string path, object? body, string? cookies, string? requestToken, CancellationToken cancellationToken, string? idempotencyKey = null)
        where T : class
    {
        using var request = new HttpRequestMessage(method, new Uri(_address ??= OwnAddress(), path));
        request.Headers.TryAddWithoutValidation("Cookie", cookies);
        request.Headers.TryAddWithoutValidation(RequestTokenHeader, requestToken);
        if (idempotencyKey is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        }

        request.Content = body is null ? null : JsonContent.Create(body, body.GetType(), options: ApiJson.Options);
        try
        {
            using var answer = await _client.SendAsync(request, cancellationToken);
            return answer.IsSuccessStatusCode
                ? new ApiResult<T>(await ReadAsync<T>(answer, cancellationToken), Problem: null)
                : new ApiResult<T>(Value: null, await ProblemAsync(answer, cancellationToken));
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or JsonException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return new ApiResult<T>(Value: null, ApiProblem.NoAnswer);
        }
    }

    private static async Task<T?> ReadAsync<T>(HttpResponseMessage answer, CancellationToken cancellationToken)
        where T : class
        => typeof(T) == typeof(Done) ? Done.Instance as T
            : typeof(T) == typeof(string) ? await answer.Content.ReadAsStringAsync(cancellationToken) as T
            : await answer.Content.ReadFromJsonAsync<T>(ApiJson.Options, cancellationToken) ?? throw new JsonException("The answer is null.");

    private static async Task<ApiProblem> ProblemAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var status = (int)answer.StatusCode;
        try
        {
            var problem = await answer.Content.ReadFromJsonAsync<Problem>(ApiJson.Options, cancellationToken);
            return new ApiProblem(status, problem?.Detail, problem?.TraceId, problem?.Code);
        }
        catch (JsonException)
        {
            return new ApiProblem(status, Detail: null);
        }
    }

    /// <summary>Where this service listens, as it is reached from this machine.</summary>
    private Uri OwnAddress()
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var address = BindingAddress.Parse(addresses.FirstOrDefault(address => address.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) ?? addresses.First());
        var host = IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip)
            ? ip.Equals(IPAddress.Any) ? "127.0.0.1" : ip.Equals(IPAddress.IPv6Any) ? "[::1]" : address.Host
            : address.Host is "+" or "*" ? "localhost" : address.Host;
        return new Uri($"{address.Scheme}://{host}:{address.Port}");
    }

    private sealed record Problem(string? Detail, string? TraceId, string? Code);
}
