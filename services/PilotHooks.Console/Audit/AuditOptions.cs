using System.ComponentModel.DataAnnotations;

namespace PilotHooks.Console.Audit;

/// <summary>How long the audit is kept.</summary>
internal sealed class AuditOptions
{
    public const string Section = "Audit";

    /// <summary>The age at which records are erased. The database itself lets none go before 90 days.</summary>
    [Range(typeof(TimeSpan), "91.00:00:00", "36500.00:00:00")]
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(365);
}
