namespace PilotHooks.Ingress.Deduplication;

/// <summary>How long an event is remembered.</summary>
internal sealed class DeduplicationOptions
{
    public const string Section = "Deduplication";

    /// <summary>How long after its acceptance a repetition is answered as a duplicate.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// How long an event counts as being in somebody's hands. Whoever died with it is succeeded by the provider's next
    /// retry after that.
    /// </summary>
    public TimeSpan Claim { get; set; } = TimeSpan.FromSeconds(30);
}
