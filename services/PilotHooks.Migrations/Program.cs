using PilotHooks.Migrations;
using PilotHooks.Migrations.Rights;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<DatabaseRoles>();
builder.Services.AddSingleton<BrokerUsers>();
builder.Services.AddSingleton<ServiceDatabases>();

// Started for Ctrl+C and SIGTERM alone: nothing is hosted.
using var host = builder.Build();
await host.StartAsync();
var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
var done = await Task.WhenAll(
    host.Services.GetRequiredService<ServiceDatabases>().MigrateAsync(stopping),
    host.Services.GetRequiredService<BrokerUsers>().EnsureAsync(stopping));
await host.StopAsync();
return done.All(isDone => isDone) ? 0 : 1;
