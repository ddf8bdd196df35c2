namespace PilotHooks.Contracts;

/// <summary>
/// What the ingress refused, for the log of refused requests; sent as JSON. It holds neither headers nor the URL's
/// parameters, and so no signature and no token.
/// </summary>
/// <param name="Id">Made by the ingress, so that the same message twice is one request.</param>
/// <param name="Source">As the URL named it.</param>
/// <param name="IsKnownSource">Whether a source of this name is configured.</param>
/// <param name="At">When it was refused.</param>
/// <param name="Status">What it was answered.</param>
/// <param name="Reason">Why, in a word such as <c>signature-mismatch</c>.</param>
/// <param name="Bytes">The body's size; null where nobody knows.</param>
/// <param name="Payload">The body; null if it was too large to keep.</param>
public sealed record RefusedRequest(Guid Id, string Source, bool IsKnownSource, DateTimeOffset At, int Status, string Reason, long? Bytes, byte[]? Payload);
