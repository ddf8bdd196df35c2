namespace PilotHooks.AppHost;

/// <summary>Where the system can be published to, chosen by <c>--publish-target compose|kubernetes</c>.</summary>
internal static class PublishTargets
{
#if PUBLISH_TARGETS
    public const bool AreBuilt = true;
#else
    /// <summary>False: this build lacks the packages for it.</summary>
    public const bool AreBuilt = false;
#endif

    public static readonly string[] All = ["compose", "kubernetes"];

    public static void AddPublishTarget(this IDistributedApplicationBuilder builder, string? target)
    {
#if PUBLISH_TARGETS
        switch (target)
        {
            case "kubernetes":
                builder.AddKubernetesEnvironment("pilothooks");
                break;
            case "compose":
                builder.AddDockerComposeEnvironment("pilothooks");
                break;
        }
#endif
    }
}
