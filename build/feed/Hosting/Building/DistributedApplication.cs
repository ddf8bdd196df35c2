using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>Runs the model on this machine until it is told to stop.</summary>
public class DistributedApplication
{
    private readonly IHost _host;
    private readonly IResourceCollection _resources;
    private readonly DistributedApplicationExecutionContext _context;

    internal DistributedApplication(IHost host, IResourceCollection resources, DistributedApplicationExecutionContext context)
    {
        _host = host;
        _resources = resources;
        _context = context;
    }

    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => new DistributedApplicationBuilder(args);

    /// <summary>What keeps it from running at all is one line on standard error and the exit code 1.</summary>
    public void Run()
    {
        try
        {
            using (_host)
            {
                RunAsync().GetAwaiter().GetResult();
            }
        }
        catch (DistributedApplicationException exception)
        {
            Console.Error.WriteLine(exception.Message);
            Environment.ExitCode = 1;
        }
    }

    private async Task RunAsync()
    {
        Refuse();
        // The host brings what ends a program: Ctrl+C and SIGTERM.
        await _host.StartAsync().ConfigureAwait(false);
        var lifetime = _host.Services.GetRequiredService<IHostApplicationLifetime>();
        if (ParentWatch.IsWatched())
        {
            _ = ParentWatch.ParentGoneAsync(lifetime.ApplicationStopping).ContinueWith(_ => lifetime.StopApplication(), TaskScheduler.Default);
        }

        try
        {
            await new Runner(_resources, _host.Services.GetRequiredService<HealthCheckService>(), _host.Services.GetRequiredService<RunStates>(), Console.WriteLine)
                .RunAsync(lifetime.ApplicationStopping).ConfigureAwait(false);
        }
        finally
        {
            await _host.StopAsync().ConfigureAwait(false);
        }
    }

    private void Refuse()
    {
        if (_context.IsPublishMode)
        {
            throw new DistributedApplicationException("Publishing needs Aspire itself, and the package feed of this build lacks it.");
        }

        if (_resources.OfType<ContainerResource>().FirstOrDefault() is { } container)
        {
            throw Containers.CannotRun(container.Name);
        }
    }
}
