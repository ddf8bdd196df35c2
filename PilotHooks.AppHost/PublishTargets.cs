namespace PilotHooks.AppHost;

/// <summary>Where the system can be published to, chosen by <c>--publish-target compose|kubernetes</c>.</summary>
internal static class PublishTargets
{
    public static void AddPublishTargets(this IDistributedApplicationBuilder builder)
    {
#if PUBLISH_TARGETS
        switch (builder.Configuration["publish-target"])
        {
            case "kubernetes":
                builder.AddKubernetesEnvironment("pilothooks");
                break;
            case "compose":
                builder.AddDockerComposeEnvironment("pilothooks");
                break;
        }
#else
        if (builder.Configuration["publish-target"] is { } target)
        {
            throw new DistributedApplicationException($"--publish-target {target}: this build cannot. Build with -p:PublishTargets=true, on a package feed that carries Aspire.");
        }
#endif
    }
}
