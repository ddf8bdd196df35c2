using Microsoft.AspNetCore.Antiforgery;

namespace PilotHooks.Console.Components.Api;

/// <summary>The API as a page calls it, for whoever is signed in.</summary>
internal sealed class ApiClient(LoopbackApi api, IAntiforgery antiforgery, IHttpContextAccessor accessor)
{
    /// <summary>Reads; <paramref name="path"/> starts with <c>/v1/</c>.</summary>
    public Task<ApiResult<T>> GetAsync<T>(string path)
        where T : class
        => SendAsync<T>(HttpMethod.Get, path, body: null);

    /// <summary>Changes something and reads what came of it; with an <paramref name="idempotencyKey"/> a repetition changes nothing more.</summary>
    public Task<ApiResult<T>> SendAsync<T>(HttpMethod method, string path, object? body = null, string? idempotencyKey = null)
        where T : class
    {
        var context = accessor.HttpContext ?? throw new InvalidOperationException("Only a request has a caller.");
        var token = method == HttpMethod.Get ? null : antiforgery.GetTokens(context).RequestToken;
        return api.SendAsync<T>(method, path, body, context.Request.Headers.Cookie, token, context.RequestAborted, idempotencyKey);
    }

    /// <summary>Changes something.</summary>
    public Task<ApiResult<Done>> SendAsync(HttpMethod method, string path, object? body = null) => SendAsync<Done>(method, path, body);
}
