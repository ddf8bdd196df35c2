using PilotHooks.Migrations;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<ServiceDatabases>();

// Started for Ctrl+C and SIGTERM alone: nothing is hosted.
using var host = builder.Build();
await host.StartAsync();
var isDone = await host.Services.GetRequiredService<ServiceDatabases>()
    .MigrateAsync(host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
await host.StopAsync();
return isDone ? 0 : 1;
