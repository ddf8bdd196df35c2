using Docker.DotNet.Models;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;

namespace PilotHooks.TestSupport.Servers;

/// <summary>
/// A server in a container of its own, whose port and data outlive a stop. Testcontainers removes it, also after a test
/// process that was killed.
/// </summary>
internal sealed class ContainerServer(IContainer container) : IServerHost
{
    /// <summary>Whether a container engine answers on this machine.</summary>
    public static bool IsAvailable => TestcontainersSettings.OS.DockerEndpointAuthConfig is not null;

    public Task StartAsync() => container.StartAsync();

    public Task StopAsync() => container.StopAsync();

    /// <summary>By the engine itself: Testcontainers only asks a container to end.</summary>
    public async Task KillAsync()
    {
        var endpoint = TestcontainersSettings.OS.DockerEndpointAuthConfig;
        using var engine = endpoint.GetDockerClientBuilder(ResourceReaper.DefaultSessionId).Build();
        await engine.Containers.KillContainerAsync(container.Id, new ContainerKillParameters { Signal = "KILL" });
    }

    public async Task<string?> EndedAsync()
    {
        if (container.State is not (TestcontainersStates.Exited or TestcontainersStates.Dead))
        {
            return null;
        }

        var (output, errors) = await container.GetLogsAsync();
        return output + errors;
    }

    public ValueTask DisposeAsync() => container.DisposeAsync();
}
