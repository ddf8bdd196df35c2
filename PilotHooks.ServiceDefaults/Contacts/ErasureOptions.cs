using System.ComponentModel.DataAnnotations;

namespace PilotHooks.ServiceDefaults.Contacts;

/// <summary>The secret under which a service remembers whom it erased; the same for all services, and to be kept.</summary>
public sealed class ErasureOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Erasure";

    private const int MinLength = 16;

    /// <summary>
    /// One or more, with commas between: the first is used for whoever is erased from now on, those of before are still
    /// known. Without one the key lies in the database, beside what it protects.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>Whether this is a run of a developer, who needs no key.</summary>
    internal bool IsLocal { get; set; }

    public string[] Keys => Key?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Keys.Any(key => key.Length < MinLength))
        {
            yield return new ValidationResult($"Each part of Erasure:Key has at least {MinLength} characters.");
        }
    }
}
