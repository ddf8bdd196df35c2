namespace PilotHooks.Relay.Endpoints;

/// <summary>An endpoint, without its secret.</summary>
/// <param name="Id">Its <c>wh_...</c> id.</param>
/// <param name="Url">Where it is called.</param>
/// <param name="Name">What the user calls it.</param>
/// <param name="Description">What the user says of it.</param>
/// <param name="Events">Names and groups that it gets.</param>
/// <param name="Active">Whether it is called.</param>
/// <param name="PausedReason">Why the relay has paused it; null if it has not.</param>
/// <param name="NumberId">The only number whose events it gets; null for all.</param>
/// <param name="RateLimit">Attempts per second; null for as many as it takes.</param>
/// <param name="Format">What is sent.</param>
/// <param name="Signature">Which signature headers are sent.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was last changed, by a user or by a pause.</param>
/// <param name="FailingSince">When the attempts began to fail of which none has succeeded since; null if the last one did.</param>
/// <param name="CircuitOpen">Whether only single attempts ask if it is back.</param>
/// <param name="LastAttemptAt">When the last attempt began, of those that are kept.</param>
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
    DateTimeOffset UpdatedAt,
    DateTimeOffset? FailingSince,
    bool CircuitOpen,
    DateTimeOffset? LastAttemptAt);

/// <summary>What became of an endpoint's deliveries.</summary>
/// <param name="Total">All of them.</param>
/// <param name="Successful">Those that the subscriber accepted.</param>
/// <param name="Failed">Those given up.</param>
/// <param name="Pending">Those that wait for a first or a further attempt.</param>
/// <param name="SuccessRate">Of the ended ones, 0 to 1; null before any has ended.</param>
/// <param name="Retrying">How far the retry of all failed ones is; null while there is none.</param>
internal sealed record EndpointStats(long Total, long Successful, long Failed, long Pending, double? SuccessRate, RetryProgress? Retrying);

/// <summary>How far a call of <c>retry-failed</c> has come.</summary>
/// <param name="Total">Deliveries that it puts back.</param>
/// <param name="Done">Those that have been attempted since, with whatever success.</param>
internal sealed record RetryProgress(long Total, long Done);

/// <summary>The only answer with a secret, for the console's page alone.</summary>
internal sealed record EndpointSecret(string Secret)
{
    public override string ToString() => "(hidden)";
}
