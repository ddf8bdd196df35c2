using System.Text.Json;

namespace PilotHooks.ServiceDefaults.Bus;

/// <summary>
/// The one reader of times in events: every service reads the same time in the same field. It never throws: what is no
/// time is null, and the event then counts by its arrival.
/// </summary>
public static class ProviderTime
{
    /// <summary>How far a provider's clock may be ahead of ours.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The moment that this text or number means, in one of the forms of <see cref="TimeText"/>. Null also for 1970 and
    /// before: programs write such times where they have none.
    /// </summary>
    public static DateTimeOffset? Parse(ReadOnlySpan<char> text) => TimeText.Parse(text) is { } time && time > DateTimeOffset.UnixEpoch ? time : null;

    /// <summary>The same of UTF-8: the characters of a JSON string, unescaped, or of a JSON number.</summary>
    public static DateTimeOffset? Parse(ReadOnlySpan<byte> utf8)
    {
        Span<char> text = stackalloc char[TimeText.MaxLength];
        return utf8.Length <= text.Length && System.Text.Ascii.ToUtf16(utf8, text, out var length) == System.Buffers.OperationStatus.Done ? Parse(text[..length]) : null;
    }

    /// <summary>The time in the first of these fields that holds one, as <see cref="Clamp"/> lets it count.</summary>
    /// <param name="parent">The object with the fields.</param>
    /// <param name="arrival">When the event came in.</param>
    /// <param name="names">The fields, the best first.</param>
    public static DateTimeOffset? Time(this JsonElement parent, DateTimeOffset arrival, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (Parse(parent.Text(name)) is { } time)
            {
                return Clamp(time, arrival);
            }
        }

        return null;
    }

    /// <summary>
    /// The time as it counts: a time more than <see cref="ClockTolerance"/> after its arrival counts as the arrival, since
    /// a clock that is ahead must not put what it tells before everything that comes after.
    /// </summary>
    public static DateTimeOffset Clamp(DateTimeOffset time, DateTimeOffset arrival) => time - arrival > ClockTolerance ? arrival : time;
}
