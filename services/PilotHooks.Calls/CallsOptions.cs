using System.ComponentModel.DataAnnotations;

namespace PilotHooks.Calls;

/// <summary>How long the service keeps what.</summary>
internal sealed class CallsOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Calls";

    /// <summary>How long things are kept.</summary>
    public RetentionOptions Retention { get; init; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Retention.Content < TimeSpan.Zero || Retention.Calls <= TimeSpan.Zero || Retention.Interval <= TimeSpan.Zero || Retention.Batch is < 1 or > 100_000)
        {
            yield return new ValidationResult("Calls:Retention takes positive ages; Content may be zero, for none. Batch is 1 to 100000.");
        }
    }
}

/// <summary>Ages, counted from when an event was merged, after which things are erased, in small batches.</summary>
internal sealed class RetentionOptions
{
    /// <summary>
    /// The session descriptions (SDP) of calls. Ids, parties and times stay, and so does the type of each description. Zero:
    /// they are never stored. An event that comes again after that does not bring its description back.
    /// </summary>
    public TimeSpan Content { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Calls with all of their events, counted from the last of them, and permissions to call: who called whom, and when. An
    /// event that comes again after that begins a new call.
    /// </summary>
    public TimeSpan Calls { get; init; } = TimeSpan.FromDays(365);

    /// <summary>How often it is looked.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Rows erased by one statement.</summary>
    public int Batch { get; init; } = 1000;

    public bool KeepsContent => Content > TimeSpan.Zero;
}
