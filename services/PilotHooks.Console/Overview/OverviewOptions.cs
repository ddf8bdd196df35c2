using System.ComponentModel.DataAnnotations;

namespace PilotHooks.Console.Overview;

/// <summary>How finely the overview is drawn.</summary>
internal sealed class OverviewOptions
{
    public const string Section = "Overview";

    /// <summary>How far back it reaches.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>Of one point of its series; no shorter than the services' <c>Figures:Interval</c>, or some points are empty.</summary>
    [Range(typeof(TimeSpan), "00:00:00.500", "00:05:00")]
    public TimeSpan Resolution { get; init; } = TimeSpan.FromSeconds(10);
}
