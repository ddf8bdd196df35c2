using System.ComponentModel.DataAnnotations;

namespace PilotHooks.Numbers;

/// <summary>How long the service keeps what.</summary>
internal sealed class NumbersOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Numbers";

    /// <summary>How long things are kept.</summary>
    public RetentionOptions Retention { get; init; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Retention.History <= TimeSpan.Zero || Retention.Removed <= TimeSpan.Zero || Retention.Interval <= TimeSpan.Zero || Retention.Batch is < 1 or > 100_000)
        {
            yield return new ValidationResult("Numbers:Retention takes positive ages. Batch is 1 to 100000.");
        }
    }
}

/// <summary>Ages, counted from when an event was merged, after which things are erased, in small batches.</summary>
internal sealed class RetentionOptions
{
    /// <summary>Events of a number's history, but for those that its present state is derived from.</summary>
    public TimeSpan History { get; init; } = TimeSpan.FromDays(365);

    /// <summary>A number that was removed, with all of its events, counted from the last of them.</summary>
    public TimeSpan Removed { get; init; } = TimeSpan.FromDays(365);

    /// <summary>How often it is looked.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Rows erased by one statement.</summary>
    public int Batch { get; init; } = 1000;
}
