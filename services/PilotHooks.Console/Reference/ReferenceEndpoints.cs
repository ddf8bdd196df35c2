using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace PilotHooks.Console.Reference;

/// <summary>
/// <c>GET /openapi/v1.json</c>: what the API answers and what subscribers receive, as OpenAPI 3.1. It tells nothing of this
/// system that the source does not, so it takes no key, and tools can read it.
/// </summary>
internal static class ReferenceEndpoints
{
    public const string Path = "/openapi/v1.json";

    private static readonly EntityTagHeaderValue Tag = new($"\"{Convert.ToHexStringLower(SHA256.HashData(ApiReference.Document)[..8])}\"");

    public static void MapReference(this WebApplication app) => app.MapGet(Path, Read).AllowAnonymous().ExcludeFromDescription();

    private static FileContentHttpResult Read(HttpResponse response)
    {
        response.Headers.CacheControl = "no-cache";
        return TypedResults.Bytes(ApiReference.Document, "application/json", entityTag: Tag);
    }
}
