namespace PilotHooks.Console.Components.Keys;

/// <summary>A key as the API lists it.</summary>
internal sealed record ApiKeyItem(
    Guid Id, string Name, string? NumberId, string Scope, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt);

/// <summary>A key as the API shows it once.</summary>
internal sealed record CreatedKey(Guid Id, string Name, string? NumberId, string Key, DateTimeOffset CreatedAt)
{
    public override string ToString() => "(hidden)";
}
