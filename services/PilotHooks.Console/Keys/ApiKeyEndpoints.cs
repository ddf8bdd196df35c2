using Microsoft.AspNetCore.Http.HttpResults;
using PilotHooks.Console.Data;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Keys;

/// <summary><c>/v1/api-keys</c>: keys beside the configured ones. Only a tenant's key may see or change them.</summary>
internal static class ApiKeyEndpoints
{
    public static void MapApiKeys(this WebApplication app)
    {
        var keys = app.MapApi().MapGroup("/api-keys").WithTags("Keys").RequireAuthorization(Policies.TenantKey);
        keys.MapPost("", CreateAsync).WithName("createApiKey").ProducesProblems(415);
        keys.MapGet("", ListAsync).WithName("listApiKeys");
        keys.MapDelete("/{id:guid}", RemoveAsync).WithName("deleteApiKey").ProducesProblems(404);
    }

    /// <summary>Makes a key, and shows it this once. Takes a key of all numbers.</summary>
    private static async Task<Results<Created<CreatedApiKey>, ProblemHttpResult>> CreateAsync(
        JsonBody body, ApiKeyStore store, KeyUsage usage, TimeProvider time, HttpResponse response, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (asked, fault) = NewApiKey.Read(body.Root, now);
        if (asked is null)
        {
            return Problems.Of(StatusCodes.Status400BadRequest, fault!);
        }

        var secret = ApiKeySecret.Create();
        var hash = ApiKeySecret.Hash(secret);
        var key = await store.AddAsync(
            new ApiKey(Guid.CreateVersion7(now), asked.Name, asked.NumberId, asked.Scope, now, asked.ExpiresAt, LastUsedAt: null), hash, cancellationToken);
        usage.Know(Convert.ToBase64String(hash));
        response.Headers.CacheControl = "no-store";
        return TypedResults.Created((string?)null, new CreatedApiKey(key.Id, key.Name, key.NumberId, key.Scope, secret, key.CreatedAt, key.ExpiresAt, key.LastUsedAt));
    }

    /// <summary>Lists the keys, without the keys themselves, newest first. Takes a key of all numbers.</summary>
    private static async Task<Ok<Page<ApiKey>>> ListAsync(PageQuery page, ApiKeyStore store, CancellationToken cancellationToken)
        => TypedResults.Ok(page.ToPage(await store.ListAsync(page, cancellationToken), key => CursorIds.Of(key.CreatedAt, key.Id), key => key));

    /// <summary>Removes a key. It is refused within a second. Takes a key of all numbers.</summary>
    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(Guid id, ApiKeyStore store, ApiKeyAuthenticator keys, CancellationToken cancellationToken)
    {
        if (await store.RemoveAsync(id, cancellationToken) is not { } hash)
        {
            return Problems.Of(StatusCodes.Status404NotFound, "There is no key with this id.");
        }

        keys.Forget(hash);
        return TypedResults.NoContent();
    }

    /// <summary>A key that was just made.</summary>
    /// <param name="Id">The id of the key.</param>
    /// <param name="Name">What it is called.</param>
    /// <param name="NumberId">The only number that it sees; null for all.</param>
    /// <param name="Scope">Whether it may change something.</param>
    /// <param name="Key">The key itself; no other answer holds it.</param>
    /// <param name="CreatedAt">When it was made.</param>
    /// <param name="ExpiresAt">When it expires; null for never.</param>
    /// <param name="LastUsedAt">When it was last used.</param>
    private sealed record CreatedApiKey(
        Guid Id, string Name, string? NumberId, string Scope, string Key, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt);
}
