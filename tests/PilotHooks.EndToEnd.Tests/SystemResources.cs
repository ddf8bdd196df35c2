using System.Diagnostics;
using System.Text;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PilotHooks.TestSupport;

namespace PilotHooks.EndToEnd.Tests;

/// <summary>The servers and services of a running system, by the names that they have in the AppHost.</summary>
public sealed class SystemResources
{
    private static readonly TimeSpan StartsWithin = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StopsWithin = TimeSpan.FromMinutes(1);

    private readonly DistributedApplication _app;
    private readonly SystemServers _servers;

    internal SystemResources(DistributedApplication app, SystemServers servers)
    {
        _app = app;
        _servers = servers;
    }

    private DistributedApplicationModel Model => _app.Services.GetRequiredService<DistributedApplicationModel>();

    /// <summary>What every process wrote.</summary>
    public async Task<string> OutputAsync()
    {
        var loggers = _app.Services.GetRequiredService<ResourceLoggerService>();
        var output = new StringBuilder();
        foreach (var resource in Model.Resources)
        {
            await foreach (var lines in loggers.GetAllAsync(resource))
            {
                output.AppendJoin('\n', lines.Select(line => line.Content)).Append('\n');
            }
        }

        return output.ToString();
    }

    /// <summary>What a client of this server or database connects with.</summary>
    public async Task<string> ConnectionStringAsync(string name) => (await _app.GetConnectionStringAsync(name))!;

    /// <summary>A variable of the environment that a running service was given.</summary>
    public async Task<string> EnvironmentAsync(string name, string variable)
    {
        var running = await _app.ResourceNotifications.WaitForResourceAsync(name, IsRunning).WaitAsync(StartsWithin);
        var variables = (await File.ReadAllTextAsync($"/proc/{ProcessId(running)}/environ")).Split('\0');
        return variables.Single(text => text.StartsWith($"{variable}=", StringComparison.Ordinal))[(variable.Length + 1)..];
    }

    /// <summary>Stops a server or a service in good order.</summary>
    public async Task StopAsync(string name)
    {
        if (_servers.Own(name) is { } server)
        {
            await server.StopAsync();
            return;
        }

        // A busy server takes longer than the orchestrator's own command waits, which then shows it as stopping for ever.
        var running = await _app.ResourceNotifications.WaitForResourceAsync(name, IsRunning).WaitAsync(StartsWithin);
        using var signal = Process.Start("kill", ["-TERM", $"{ProcessId(running)}"]);
        await signal.WaitForExitAsync();
        await EndedAsync(name);
    }

    /// <summary>Starts again what was stopped or killed, and waits until it is healthy.</summary>
    public async Task StartAsync(string name)
    {
        if (_servers.Own(name) is { } server)
        {
            await server.StartAsync();
            return;
        }

        await CommandAsync(name, KnownResourceCommands.StartCommand);
        await StateAsync(name, resource => resource?.Snapshot.HealthStatus == HealthStatus.Healthy, StartsWithin);
    }

    /// <summary>
    /// Ends a server, or one replica of a service, as a crash would. The orchestrator has no command for that: it asks a
    /// process to end and waits.
    /// </summary>
    /// <returns>What <see cref="StartAsync(string)"/> takes to start it again.</returns>
    public async Task<string> KillAsync(string name)
    {
        if (_servers.Own(name) is { } server)
        {
            await server.KillAsync();
            return name;
        }

        var running = await _app.ResourceNotifications.WaitForResourceAsync(name, IsRunning).WaitAsync(StartsWithin);
        // What the orchestrator starts is `dotnet run`, with the service below it, or the script of a server.
        using var process = Process.GetProcessById(ProcessId(running)!.Value);
        process.Kill(entireProcessTree: true);
        await EndedAsync(running.ResourceId);
        return running.ResourceId;
    }

    /// <summary>Waits until every service with a health check is healthy.</summary>
    internal Task AllHealthyAsync()
        => Task.WhenAll(Model.Resources
            .OfType<ProjectResource>()
            .Where(service => service.Annotations.OfType<HealthCheckAnnotation>().Any())
            .Select(service => _app.ResourceNotifications
                .WaitForResourceHealthyAsync(service.Name, WaitBehavior.WaitOnResourceUnavailable)
                .WaitAsync(StartsWithin)));

    private Task EndedAsync(string name)
        => StateAsync(name, resource => IsIn(resource, KnownResourceStates.TerminalStates), StopsWithin);

    /// <summary>Waits for a resource, or one replica of it, which Aspire's own waiting does not tell from the others.</summary>
    private Task StateAsync(string name, Func<ResourceEvent?, bool> until, TimeSpan within)
        => Eventually.GetAsync(
            () => Task.FromResult(_app.ResourceNotifications.TryGetCurrentState(name, out var state) ? state : null), until, within);

    private async Task CommandAsync(string name, string command)
    {
        var result = await _app.ResourceCommands.ExecuteCommandAsync(name, command);
        result.Success.ShouldBeTrue($"{command} {name}: {result.Message}");
    }

    private static bool IsRunning(ResourceEvent resource) => IsIn(resource, [KnownResourceStates.Running]) && ProcessId(resource) is not null;

    private static bool IsIn(ResourceEvent? resource, IReadOnlyList<string> states)
        => resource?.Snapshot.State?.Text is { } state && states.Contains(state);

    private static int? ProcessId(ResourceEvent resource)
        => resource.Snapshot.Properties.FirstOrDefault(property => property.Name == "executable.pid")?.Value as int?;
}
