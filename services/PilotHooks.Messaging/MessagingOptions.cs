using System.ComponentModel.DataAnnotations;

namespace PilotHooks.Messaging;

/// <summary>How long the service keeps what, and for how long it waits for a status.</summary>
internal sealed class MessagingOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Messaging";

    /// <summary>How long things are kept.</summary>
    public RetentionOptions Retention { get; init; } = new();

    /// <summary>A send that the provider accepted and then gave no status of for this long is stuck: listed so, and alerted once.</summary>
    public TimeSpan StuckAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Whether texts are indexed, so that searches are fast however far back they find something. The index is half as
    /// large as the messages. It costs PostgreSQL some 40 µs for each new message, and nothing for its statuses.
    /// </summary>
    public bool IndexTexts { get; init; } = true;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Retention.Content < TimeSpan.Zero || Retention.Messages <= TimeSpan.Zero || Retention.ProcessedEvents <= TimeSpan.Zero || Retention.Interval <= TimeSpan.Zero || Retention.Batch is < 1 or > 100_000)
        {
            yield return new ValidationResult("Messaging:Retention takes positive ages; Content may be zero, for none. Batch is 1 to 100000.");
        }

        if (StuckAfter < TimeSpan.FromSeconds(1) || StuckAfter > TimeSpan.FromDays(30))
        {
            yield return new ValidationResult("Messaging:StuckAfter is 1 second to 30 days.");
        }
    }
}

/// <summary>Ages, counted from when a row was stored, after which things are erased, in small batches.</summary>
internal sealed class RetentionOptions
{
    /// <summary>
    /// What was said: texts, media and the fields of forms. Ids, people and times stay. Zero: it is never stored. An event
    /// that comes again after that brings its content back until the next look.
    /// </summary>
    public TimeSpan Content { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Messages, conversations, edits and forms with all that is left of them: who wrote to whom, and when. An event that comes
    /// again after that begins a new row.
    /// </summary>
    public TimeSpan Messages { get; init; } = TimeSpan.FromDays(365);

    /// <summary>
    /// Which events were merged, and when: a day longer than the archive keeps the events themselves. Merges do not ask it.
    /// An event that comes again after that changes nothing all the same, because a message's row takes the earliest time of
    /// each step and keeps what it knows, and a form's row has the event's id.
    /// </summary>
    public TimeSpan ProcessedEvents { get; init; } = TimeSpan.FromDays(31);

    /// <summary>How often it is looked.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Rows erased by one statement.</summary>
    public int Batch { get; init; } = 1000;

    public bool KeepsContent => Content > TimeSpan.Zero;
}
