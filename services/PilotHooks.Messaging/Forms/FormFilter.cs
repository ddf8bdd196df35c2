using PilotHooks.Messaging.Messages;
using PilotHooks.ServiceDefaults.Api;

namespace PilotHooks.Messaging.Forms;

/// <summary>Which submissions to read; null: of any number. Times are those of the submission.</summary>
internal sealed record FormFilter(string? NumberId, TimeRange Times)
{
    /// <summary>The condition of a statement that takes <see cref="Parameters"/>.</summary>
    public string Condition => string.Join(" AND ", Conditions());

    public object Parameters => new { NumberId = MessageKey.Bounded(NumberId), Since = Times.Since?.UtcDateTime, Until = Times.Until?.UtcDateTime };

    // Only what is asked for, so that the scan keeps to the index that begins with it.
    private IEnumerable<string> Conditions()
    {
        yield return NumberId is null ? "true" : "number_id = @NumberId";
        if (Times.Since is not null)
        {
            yield return "submitted_at >= @Since";
        }

        if (Times.Until is not null)
        {
            yield return "submitted_at < @Until";
        }
    }
}
