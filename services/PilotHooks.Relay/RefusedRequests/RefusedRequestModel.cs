namespace PilotHooks.Relay.RefusedRequests;

/// <summary>A request that the ingress refused.</summary>
/// <param name="Id">Of the request.</param>
/// <param name="Source">As the URL named it.</param>
/// <param name="At">When it was refused.</param>
/// <param name="Status">What it was answered.</param>
/// <param name="Reason">Why.</param>
/// <param name="Bytes">The body's size; null where nobody knows.</param>
/// <param name="Payload">The body as JSON, else as text; null if it was not kept.</param>
/// <param name="AcceptedAt">When it was taken in after all.</param>
internal sealed record RefusedRequestModel(Guid Id, string Source, DateTimeOffset At, int Status, string Reason, long? Bytes, object? Payload, DateTimeOffset? AcceptedAt);
