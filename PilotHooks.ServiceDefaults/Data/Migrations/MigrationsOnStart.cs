using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace PilotHooks.ServiceDefaults.Data.Migrations;

/// <summary>
/// Before anything else of a service starts, its database is brought up to date, or, with
/// <c>Migrations:ApplyOnStart=false</c>, awaited until PilotHooks.Migrations has done so.
/// </summary>
internal sealed class MigrationsOnStart(Migrator migrator, IConfiguration configuration) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
        => configuration.GetValue("Migrations:ApplyOnStart", true)
            ? migrator.MigrateAsync(cancellationToken)
            : migrator.WaitUntilMigratedAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
