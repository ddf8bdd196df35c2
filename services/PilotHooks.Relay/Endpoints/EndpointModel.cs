namespace PilotHooks.Relay.Endpoints;

/// <summary>An endpoint as the API shows it. Its secret is not part of it, on purpose.</summary>
internal sealed record EndpointModel(
    string Id,
    string Url,
    string Name,
    string? Description,
    string[] Events,
    bool Active,
    string? PausedReason,
    string? NumberId,
    int? RateLimit,
    string Format,
    string Signature,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

/// <summary>What became of an endpoint's deliveries.</summary>
/// <param name="Total">All of them.</param>
/// <param name="Successful">Those that the subscriber accepted.</param>
/// <param name="Failed">Those given up.</param>
/// <param name="Pending">Those that wait for a first or a further attempt.</param>
/// <param name="SuccessRate">Of the ended ones, 0 to 1; null before any has ended.</param>
internal sealed record EndpointStats(long Total, long Successful, long Failed, long Pending, double? SuccessRate);

/// <summary>The only answer with a secret, for the console's page alone.</summary>
internal sealed record EndpointSecret(string Secret)
{
    public override string ToString() => "(hidden)";
}
