namespace PilotHooks.Ingress.Webhooks;

/// <summary>
/// Why a JSON object of a source that proved itself is no event that can be read. It is kept with this reason, and read
/// again when it is replayed, so that a later version may understand it.
/// </summary>
internal static class Unrecognized
{
    /// <summary>There is no text where the event's name should be.</summary>
    public const string Unnamed = "unnamed";

    /// <summary>The name is longer than the broker takes.</summary>
    public const string NameTooLong = "name-too-long";

    /// <summary>A known event without the fields that tell it from its own repetition.</summary>
    public const string Unidentified = "unidentified";

    /// <summary>The number's id is longer than the broker takes.</summary>
    public const string NumberTooLong = "number-too-long";

    /// <summary>It is nested deeper than a consumer reads.</summary>
    public const string TooDeep = "too-deep";
}
