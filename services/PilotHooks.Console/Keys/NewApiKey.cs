using System.Text.Json;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Console.Keys;

/// <summary>A key that somebody asks for.</summary>
internal sealed record NewApiKey(string Name, string? NumberId, string Scope, DateTimeOffset? ExpiresAt)
{
    private const int MaxName = 200;
    private const int MaxNumberId = 200;
    private static readonly string[] Fields = ["name", "numberId", "scope", "expiresAt"];

    /// <summary>The key, or what is wrong with the body. The number travels in a header, so it holds what a header can.</summary>
    public static (NewApiKey? Key, string? Fault) Read(JsonElement body, DateTimeOffset now)
    {
        // A misspelt numberId, scope or expiresAt would make a key that may do more than was meant.
        if (body.EnumerateObject().FirstOrDefault(field => !Fields.Contains(field.Name)) is { Value.ValueKind: not JsonValueKind.Undefined })
        {
            return (null, $"A key has {string.Join(", ", Fields)}, and no other field.");
        }

        if (!TryText(body, "name", out var name) || string.IsNullOrWhiteSpace(name) || name.Length > MaxName || name.Any(char.IsControl))
        {
            return (null, $"name is required: 1 to {MaxName} characters, none of them control characters.");
        }

        if (!TryText(body, "numberId", out var numberId) || (numberId is not null && !(numberId.Length is >= 1 and <= MaxNumberId && numberId.All(letter => letter is > ' ' and <= '~'))))
        {
            return (null, $"numberId is a number's public id: 1 to {MaxNumberId} printable ASCII characters without spaces.");
        }

        if (!TryText(body, "scope", out var scope) || scope is not (null or ApiKey.FullScope or ApiKey.ReadScope))
        {
            return (null, $"scope is {ApiKey.FullScope} or {ApiKey.ReadScope}.");
        }

        DateTimeOffset? expiresAt = null;
        if (!TryText(body, "expiresAt", out var expiry) || (expiry is not null && !((expiresAt = TimeRange.Read(expiry)) > now)))
        {
            return (null, "expiresAt is a time to come, in ISO 8601.");
        }

        return (new NewApiKey(name.Trim(), numberId, scope ?? ApiKey.FullScope, expiresAt), null);
    }

    /// <summary>The field's text, null where it is absent or null; false for anything else.</summary>
    private static bool TryText(JsonElement body, string field, out string? text)
    {
        text = null;
        if (!body.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return true;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            text = value.GetString();
            return true;
        }

        return false;
    }
}
