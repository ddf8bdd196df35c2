using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.Console.Data;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Keys;

/// <summary><c>/v1/api-keys</c>: keys beside the configured one. Only a tenant's key may see or change them.</summary>
internal static class ApiKeyEndpoints
{
    private const int MaxName = 200;
    private const int MaxNumberId = 200;

    public static void MapApiKeys(this WebApplication app)
    {
        var keys = app.MapApi().MapGroup("/api-keys").RequireAuthorization(Policies.TenantKey);
        keys.MapPost("", CreateAsync);
        keys.MapGet("", ListAsync);
        keys.MapDelete("/{id:guid}", RemoveAsync);
    }

    private static async Task<Results<Created<CreatedApiKey>, ProblemHttpResult>> CreateAsync(
        NewApiKey body, ApiKeyStore store, TimeProvider time, HttpResponse response, CancellationToken cancellationToken)
    {
        if (Fault(body) is { } fault)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, fault);
        }

        var secret = ApiKeySecret.Create();
        var now = time.GetUtcNow();
        var key = await store.AddAsync(new ApiKey(Guid.CreateVersion7(now), body.Name!.Trim(), body.NumberId, now), ApiKeySecret.Hash(secret), cancellationToken);
        response.Headers.CacheControl = "no-store";
        return TypedResults.Created((string?)null, new CreatedApiKey(key.Id, key.Name, key.NumberId, secret, key.CreatedAt));
    }

    private static async Task<Ok<Page<ApiKey>>> ListAsync(PageQuery page, ApiKeyStore store, CancellationToken cancellationToken)
        => TypedResults.Ok(page.ToPage(await store.ListAsync(page, cancellationToken), key => CursorIds.Of(key.CreatedAt, key.Id), key => key));

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(Guid id, ApiKeyStore store, CancellationToken cancellationToken)
        => await store.RemoveAsync(id, cancellationToken)
            ? TypedResults.NoContent()
            : Problems.Of(StatusCodes.Status404NotFound, "There is no key with this id.");

    /// <summary>What is wrong with the body, or null. The number travels in a header, so it holds what a header can.</summary>
    internal static string? Fault(NewApiKey body)
    {
        if (string.IsNullOrWhiteSpace(body.Name) || body.Name.Length > MaxName || body.Name.Any(char.IsControl))
        {
            return $"name is required: 1 to {MaxName} characters, none of them control characters.";
        }

        return body.NumberId is null || (body.NumberId.Length is >= 1 and <= MaxNumberId && body.NumberId.All(letter => letter is > ' ' and <= '~'))
            ? null
            : $"numberId is a number's public id: 1 to {MaxNumberId} printable ASCII characters without spaces.";
    }

    internal sealed record NewApiKey(string? Name, string? NumberId);

    private sealed record CreatedApiKey(Guid Id, string Name, string? NumberId, string Key, DateTimeOffset CreatedAt);
}
