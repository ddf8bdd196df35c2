using System.ComponentModel.DataAnnotations;

namespace PilotHooks.Console.Data;

/// <summary>Ages after which things are erased, in small batches.</summary>
internal sealed class RetentionOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Console:Retention";

    /// <summary>
    /// The bodies and headers of dead letters, counted from when they were stored: without them a letter can be looked at, and not be
    /// replayed. Zero: they are never stored.
    /// </summary>
    public TimeSpan Content { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Dead letters, counted from when they were stored.</summary>
    public TimeSpan DeadLetters { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Dead letters that were replayed, counted from that.</summary>
    public TimeSpan Replayed { get; init; } = TimeSpan.FromDays(30);

    /// <summary>What was erased of people, and when; it names nobody.</summary>
    public TimeSpan Erasures { get; init; } = TimeSpan.FromDays(5 * 365);

    /// <summary>How often it is looked.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Rows erased by one statement.</summary>
    [Range(1, 100_000)]
    public int Batch { get; init; } = 1000;

    public bool KeepsContent => Content > TimeSpan.Zero;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Content < TimeSpan.Zero || DeadLetters <= TimeSpan.Zero || Replayed <= TimeSpan.Zero || Erasures <= TimeSpan.Zero || Interval <= TimeSpan.Zero)
        {
            yield return new ValidationResult("Console:Retention takes positive ages; Content may be zero, for none.");
        }
    }
}
