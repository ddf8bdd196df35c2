namespace PilotHooks.Ingress.Refusals;

/// <summary>What is kept of refused requests, so that one that was refused by mistake can be taken in after all.</summary>
internal sealed class RefusalOptions
{
    public const string Section = "RefusedRequests";

    /// <summary>Whether any is kept.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Of each source in each second, by each replica; all names that no source has share one such part.</summary>
    public int MaxPerSecond { get; set; } = 10;

    /// <summary>A larger body is not kept; that there was one is.</summary>
    public int MaxBodyBytes { get; set; } = 256 * 1024;
}
